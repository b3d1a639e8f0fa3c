// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.pipeline;

import io.nfl.api.classify.Classifier;
import io.nfl.api.classify.CompiledPolicy;
import io.nfl.api.host.HostDescription;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.engine.choice.Chooser;
import io.nfl.engine.clock.Clock;
import io.nfl.engine.conntrack.Conntrack;
import io.nfl.engine.conntrack.ConntrackEntry;
import io.nfl.engine.conntrack.ConntrackSettings;
import io.nfl.engine.localhost.LocalSender;
import io.nfl.engine.localhost.Sockets;
import io.nfl.engine.nat.Nat;
import io.nfl.engine.packet.DropReason;
import io.nfl.engine.route.Routing;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A host with its rules: packets in, packets out. An instance belongs to one worker; NOT thread safe.
 *
 * <pre>{@code
 * Engine engine = new Engine(host, Map.of(Family.IPV4, classifier), clock, new SeededChooser(1), options, output);
 * engine.receive("eth0", bytes, 0, bytes.length);  // output.transmit(…) is called for what leaves
 * }</pre>
 */
public final class Engine {
    /** {@link #receive} of a packet that came without an Ethernet header. */
    public static final long NO_MAC = -1;

    private final Map<Family, Classifier> classifiers;
    private final Conntrack conntrack;
    private final Pipeline pipeline;
    private final Routing routing;

    /**
     * Sets the host up. The classifiers are bound to it and may not serve another engine.
     *
     * @param classifiers an absent family has no tables
     * @param output takes what leaves by devices other than lo
     */
    public Engine(
            final HostDescription host,
            final Map<Family, Classifier> classifiers,
            final Clock clock,
            final Chooser chooser,
            final EngineOptions options,
            final Output output) {
        this.classifiers = Map.copyOf(classifiers);
        this.routing = new Routing(host, chooser);
        final ConntrackSettings settings = new ConntrackSettings();
        host.sysctls().forEach((name, value) -> {
            if (name.startsWith("net.netfilter.")) {
                settings.set(name, Integer.parseInt(value.strip()));
            }
        });
        this.conntrack = new Conntrack(settings, clock, chooser.sequenceNumber());
        final Nat nat = new Nat(conntrack, chooser, new HostAddresses(routing));
        this.pipeline = new Pipeline(host, classifiers, conntrack, nat, routing, clock, chooser, options, output);
    }

    /** A host with a policy, its rules freshly loaded. */
    public static Engine of(
            final CompiledPolicy policy,
            final Clock clock,
            final Chooser chooser,
            final EngineOptions options,
            final Output output) {
        final Map<Family, Classifier> classifiers = new EnumMap<>(Family.class);
        policy.families().forEach(family -> classifiers.put(family, policy.newClassifier(family)));
        return new Engine(policy.host(), classifiers, clock, chooser, options, output);
    }

    /** Switches the record of flows on or off; {@link #takeFlows} hands it out. */
    public void record(final boolean on) {
        pipeline.recorder().on(on);
    }

    /** The flows since the last call, in the order they began. */
    public List<Flow> takeFlows() {
        return pipeline.recorder().take();
    }

    /**
     * Takes a packet in by a device and follows it, and all that the host makes of it, to the end.
     *
     * @param bytes from the IP header on; not kept
     * @return why it ended before PREROUTING; absent where it came so far
     * @throws IllegalArgumentException where there is no such device
     */
    public Optional<DropReason> receive(final String device, final byte[] bytes, final int from, final int length) {
        return receive(device, bytes, from, length, NO_MAC, 0);
    }

    /**
     * Takes a packet in that came in an Ethernet frame.
     *
     * @param macSource the low 48 bits
     * @param packetType 0 to this host, 1 broadcast, 2 multicast
     */
    public Optional<DropReason> receive(
            final String device,
            final byte[] bytes,
            final int from,
            final int length,
            final long macSource,
            final int packetType) {
        if (routing.device(device) == null) {
            throw new IllegalArgumentException("no device `" + device + "`");
        }
        if (!routing.isUp(device)) {
            return Optional.of(DropReason.LINK_DOWN);
        }
        return pipeline.receive(device, bytes, from, length, macSource, packetType);
    }

    /**
     * A link goes down or comes up; routes follow as in the kernel, and conntrack forgets what was masqueraded by a
     * device that goes down.
     *
     * @throws IllegalArgumentException where there is no such device
     */
    public void setLink(final String device, final boolean up) {
        if (routing.device(device) == null) {
            throw new IllegalArgumentException("no device `" + device + "`");
        }
        if (up != routing.isUp(device)) {
            routing.setLink(device, up);
            if (!up) {
                conntrack.connections().stream()
                        .filter(connection -> connection.masqueradeDevice().equals(device))
                        .forEach(conntrack::kill);
            }
        }
    }

    /** A program sends a datagram from a new socket. */
    public LocalSender.Sent sendDatagram(final LocalSender.Request request, final byte[] data) {
        final LocalSender.Sent sent = pipeline.sender().datagram(request, data);
        pipeline.drain();
        return sent;
    }

    /** A program connects a new stream socket. */
    public LocalSender.Sent connect(final LocalSender.Request request) {
        final LocalSender.Sent sent = pipeline.sender().connect(request);
        pipeline.drain();
        return sent;
    }

    /** A program sends a packet with a header of its own. @return errno; 0: sent */
    public int sendRaw(final LocalSender.Request request, final byte[] bytes) {
        final int errno = pipeline.sender().raw(bytes, request);
        pipeline.drain();
        return errno;
    }

    /** A program waits for datagrams. @param address all zero: any */
    public void bindDatagram(final IpAddress address, final int port) {
        pipeline.sockets().bindDatagram(address, port);
    }

    /** A program waits for connections. @param address all zero: any */
    public void listen(final IpAddress address, final int port) {
        pipeline.sockets().listen(address, port);
    }

    /** What datagram sockets were given since the last call. */
    public List<Sockets.Received> takeReceived() {
        return pipeline.sockets().takeReceived();
    }

    /** Makes conntrack's entries older by so many seconds, and nothing else. */
    public void ageConnections(final long seconds) {
        conntrack.ageAll(seconds);
    }

    /** Deletes all of conntrack's entries. */
    public void flushConnections() {
        conntrack.flush();
    }

    public List<ConntrackEntry> connections() {
        return conntrack.entries();
    }

    public Conntrack conntrack() {
        return conntrack;
    }

    /** The rules of a family with their counters. */
    public Optional<Classifier> classifier(final Family family) {
        return Optional.ofNullable(classifiers.get(family));
    }
}
