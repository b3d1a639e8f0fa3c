// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.localhost;

import io.nfl.api.host.Device;
import io.nfl.api.host.RouteType;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.IpProtocol;
import io.nfl.api.net.TcpFlags;
import io.nfl.api.packet.IcmpHeader;
import io.nfl.api.packet.Ipv4Header;
import io.nfl.api.packet.Ipv6Header;
import io.nfl.api.packet.TcpHeader;
import io.nfl.api.packet.UdpHeader;
import io.nfl.engine.choice.Chooser;
import io.nfl.engine.packet.Checksum;
import io.nfl.engine.packet.HeaderWriter;
import io.nfl.engine.packet.Packet;
import io.nfl.engine.route.RouteError;
import io.nfl.engine.route.RouteKey;
import io.nfl.engine.route.RouteResult;
import io.nfl.engine.route.Routing;
import java.util.Optional;
import java.util.OptionalInt;

/** What programs of this host send. Each call is one {@code sendto} or {@code connect}. */
public final class LocalSender {
    /** {@code EPERM}: OUTPUT dropped it. */
    public static final int NOT_PERMITTED = 1;

    private static final int FIRST_EPHEMERAL_PORT = 32_768;
    private static final int EPHEMERAL_PORTS = 28_232;
    private static final int SYN_OPTIONS = 20;

    private final Routing routing;
    private final LocalOutput output;
    private final Sockets sockets;
    private final Chooser chooser;
    private final HostSettings settings;

    public LocalSender(
            final Routing routing,
            final LocalOutput output,
            final Sockets sockets,
            final Chooser chooser,
            final HostSettings settings) {
        this.routing = routing;
        this.output = output;
        this.sockets = sockets;
        this.chooser = chooser;
        this.settings = settings;
    }

    /**
     * What a program asks for.
     *
     * @param source absent: any address, the route selects one
     * @param sourcePort absent: an ephemeral one
     * @param outDevice the device the socket is bound to
     * @param uid of the user whose socket it is; the group is root's
     */
    public record Request(
            Optional<IpAddress> source,
            OptionalInt sourcePort,
            IpAddress destination,
            int destinationPort,
            int mark,
            Optional<String> outDevice,
            int uid) {}

    /**
     * What came of it.
     *
     * @param errno 0: sent
     * @param source the address that the packet left with, or the one bound to where it did not
     */
    public record Sent(int errno, IpAddress source, int sourcePort) {}

    /** Sends a datagram from a new socket, which stays bound; where it could not be sent the program closes it. */
    public Sent datagram(final Request request, final byte[] data) {
        final int port = request.sourcePort().orElseGet(this::ephemeralPort);
        final IpAddress bound =
                request.source().orElse(IpAddress.zero(request.destination().family()));
        sockets.bindDatagram(bound, port);
        final Carrier carrier = output.begin();
        final RouteError error = toOneOrGroup(route(request, IpProtocol.UDP, port, carrier.route()), carrier);
        if (error != RouteError.NONE) {
            output.discard(carrier);
            sockets.closeDatagram(bound, port);
            return new Sent(error.errno(), bound, port);
        }
        final Packet packet = carrier.packet();
        header(request, carrier, IpProtocol.UDP, UdpHeader.LENGTH + data.length);
        final int at = packet.transportOffset();
        packet.putShort(at + UdpHeader.SOURCE_PORT, port);
        packet.putShort(at + UdpHeader.DESTINATION_PORT, request.destinationPort());
        packet.putShort(at + UdpHeader.DATAGRAM_LENGTH, UdpHeader.LENGTH + data.length);
        System.arraycopy(data, 0, packet.bytes(), at + UdpHeader.LENGTH, data.length);
        // __ip_append_data leaves the sum to devices that make it; lo does, and a TUN device does not
        if (packet.length() <= carrier.route().mtu() && carrier.route().device().equals(Device.LOOPBACK)) {
            Checksum.leaveToDevice(packet, IpProtocol.UDP.number(), UdpHeader.CHECKSUM);
        } else {
            Checksum.transport(packet, IpProtocol.UDP.number(), UdpHeader.CHECKSUM);
        }
        fromSocket(packet, request);
        final int errno = output.send(carrier);
        if (errno != 0) {
            sockets.closeDatagram(bound, port);
        }
        return new Sent(errno, bound, port);
    }

    /** Sends the SYN of a new socket, which waits for its answer. */
    public Sent connect(final Request request) {
        final int port = request.sourcePort().orElseGet(this::ephemeralPort);
        final IpAddress bound =
                request.source().orElse(IpAddress.zero(request.destination().family()));
        final Carrier carrier = output.begin();
        final RouteError error = toOne(route(request, IpProtocol.TCP, port, carrier.route()), carrier);
        if (error != RouteError.NONE) {
            output.discard(carrier);
            return new Sent(error.errno(), bound, port);
        }
        final IpAddress source = carrier.route().source();
        final int sequence = chooser.sequenceNumber();
        final int size =
                ReceiveWindow.segmentSize(source.family(), carrier.route().mtu());
        final int window = ReceiveWindow.initial(size);
        sockets.connecting(
                new Sockets.Peers(source, port, request.destination(), request.destinationPort()),
                TcpConversation.connecting(sequence + 1, window, owner(request)));
        final Packet packet = carrier.packet();
        header(request, carrier, IpProtocol.TCP, TcpHeader.MIN_LENGTH + SYN_OPTIONS);
        if (packet.family() == Family.IPV4) {
            packet.putShort(Ipv4Header.IDENTIFICATION, chooser.identification());
            Checksum.ipv4(packet);
        }
        segment(
                packet,
                port,
                request.destinationPort(),
                sequence,
                0,
                TcpFlags.SYN,
                ReceiveWindow.inSyn(window),
                SYN_OPTIONS);
        synOptions(packet, size);
        Checksum.leaveToDevice(packet, IpProtocol.TCP.number(), TcpHeader.CHECKSUM);
        fromSocket(packet, request);
        output.send(carrier);
        return new Sent(0, source, port);
    }

    /**
     * Sends a packet as a raw socket with its own header does; the lookup sees neither ports nor the header's source.
     */
    public int raw(final byte[] bytes, final Request request) {
        final Carrier carrier = output.begin();
        final Packet packet = carrier.packet();
        packet.load(request.destination().family(), bytes, 0, bytes.length);
        final RouteKey key = key(request);
        key.anySource = true;
        final RouteError error = toOneOrGroup(routing.output(key, carrier.route()), carrier);
        if (error != RouteError.NONE) {
            output.discard(carrier);
            return error.errno();
        }
        if (packet.family() == Family.IPV4) {
            fillIn(packet, carrier.route());
        }
        fromSocket(packet, request);
        return output.send(carrier);
    }

    /** Broadcasts are for sockets with SO_BROADCAST. */
    private static RouteError toOneOrGroup(final RouteError error, final Carrier carrier) {
        final boolean refused = error == RouteError.NONE && carrier.route().type() == RouteType.BROADCAST;
        return refused ? RouteError.PROHIBITED : error;
    }

    /** {@code tcp_v4_connect}: a stream has one peer. */
    private static RouteError toOne(final RouteError error, final Carrier carrier) {
        final RouteType type = carrier.route().type();
        final boolean many = type == RouteType.BROADCAST || type == RouteType.MULTICAST;
        return error == RouteError.NONE && many ? RouteError.NETWORK_UNREACHABLE : error;
    }

    /** {@code IP_MULTICAST_TTL} and its IPv6 kin are 1 where no program says otherwise. */
    private int hops(final RouteResult route, final Family family) {
        final int usual = family == Family.IPV4 ? settings.defaultTtl() : HostSettings.HOP_LIMIT;
        return route.type() == RouteType.MULTICAST ? 1 : usual;
    }

    /** {@code raw_send_hdrinc}: length and checksum always, source and id where they are 0. */
    private void fillIn(final Packet packet, final RouteResult route) {
        if (packet.ipv4Source() == 0) {
            packet.putInt(Ipv4Header.SOURCE, (int) route.sourceLow());
        }
        packet.putShort(Ipv4Header.TOTAL_LENGTH, packet.length());
        if (packet.shortAt(Ipv4Header.IDENTIFICATION) == 0) {
            packet.putShort(Ipv4Header.IDENTIFICATION, chooser.identification());
        }
        Checksum.ipv4(packet);
        packet.relocate();
    }

    private int ephemeralPort() {
        return FIRST_EPHEMERAL_PORT + chooser.ephemeralPort(EPHEMERAL_PORTS);
    }

    private RouteKey key(final Request request) {
        final RouteKey key = new RouteKey();
        key.clear(request.destination().family());
        key.destination(request.destination());
        request.source().ifPresent(key::source);
        key.mark = request.mark();
        key.uid = request.uid() & 0xFFFF_FFFFL;
        request.outDevice().ifPresent(name -> {
            final io.nfl.engine.route.NetDevice device = routing.device(name);
            key.outDevice = device == null ? 0 : device.index();
        });
        return key;
    }

    private RouteError route(
            final Request request, final IpProtocol protocol, final int sourcePort, final RouteResult result) {
        final RouteKey key = key(request);
        key.protocol = protocol.number();
        key.sourcePort = sourcePort;
        key.destinationPort = request.destinationPort();
        return routing.output(key, result);
    }

    private void fromSocket(final Packet packet, final Request request) {
        owner(request).sends(packet);
        packet.mark(request.mark());
    }

    private SocketOwner owner(final Request request) {
        return new SocketOwner(request.uid(), request.mark(), key(request).outDevice);
    }

    private void header(
            final Request request, final Carrier carrier, final IpProtocol protocol, final int transportLength) {
        final RouteResult route = carrier.route();
        final boolean anywhere = request.destination()
                .equals(IpAddress.zero(request.destination().family()));
        // a packet to no address goes to the host itself: routing says by which
        final IpAddress destination = anywhere ? route.nextHop() : request.destination();
        switch (destination.family()) {
            case IPV4 -> {
                final int length = Ipv4Header.MIN_LENGTH + transportLength;
                HeaderWriter.ipv4(
                        carrier.packet(),
                        length,
                        0,
                        chooser.identification(),
                        length <= route.mtu() ? Ipv4Header.DONT_FRAGMENT : 0,
                        hops(route, Family.IPV4),
                        protocol.number(),
                        (int) route.sourceLow(),
                        destination.bits32());
                // ip_sk_ignore_df: whatever DF says, a datagram may be cut by a way that is taken later
                carrier.packet().mayFragment = protocol == IpProtocol.UDP || length > route.mtu();
            }
            case IPV6 -> {
                HeaderWriter.ipv6(
                        carrier.packet(),
                        Ipv6Header.LENGTH + transportLength,
                        0,
                        hops(route, Family.IPV6),
                        protocol.number(),
                        route.sourceHigh(),
                        route.sourceLow(),
                        destination.high(),
                        destination.low());
                carrier.packet().mayFragment = true;
            }
        }
    }

    static void segment(
            final Packet packet,
            final int sourcePort,
            final int destinationPort,
            final int sequence,
            final int acknowledgement,
            final int flags,
            final int window,
            final int options) {
        final int at = packet.transportOffset();
        packet.putShort(at + TcpHeader.SOURCE_PORT, sourcePort);
        packet.putShort(at + TcpHeader.DESTINATION_PORT, destinationPort);
        packet.putInt(at + TcpHeader.SEQUENCE, sequence);
        packet.putInt(at + TcpHeader.ACKNOWLEDGEMENT, acknowledgement);
        packet.putByte(at + TcpHeader.DATA_OFFSET, TcpHeader.MIN_LENGTH + options << 2);
        packet.putByte(at + TcpHeader.FLAGS, flags);
        packet.putShort(at + TcpHeader.WINDOW, window);
        packet.putInt(at + TcpHeader.CHECKSUM, 0);
    }

    /** MSS, SACK permitted, timestamps, no-operation, window scale: the order of {@code tcp_options_write}. */
    static void synOptions(final Packet packet, final int mss) {
        final int at = packet.transportOffset() + TcpHeader.MIN_LENGTH;
        packet.putInt(at, 0x0204_0000 | mss);
        packet.putInt(at + 4, 0x0402_080A);
        packet.putInt(at + 8, 1);
        packet.putInt(at + 12, 0);
        packet.putInt(at + 16, 0x0103_0300 | ReceiveWindow.SCALE);
    }

    /** Whether an ICMP error quotes a packet; for {@link Sockets}. */
    static boolean quotes(final Packet error) {
        return error.transportBytes() >= IcmpHeader.LENGTH + Ipv4Header.MIN_LENGTH + 8;
    }
}
