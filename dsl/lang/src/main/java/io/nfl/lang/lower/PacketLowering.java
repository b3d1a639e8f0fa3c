// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.lower;

import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.IpProtocol;
import io.nfl.api.net.TcpFlags;
import io.nfl.diag.Code;
import io.nfl.ir.test.PacketSpec;
import io.nfl.ir.test.PacketSpec.Transport;
import io.nfl.lang.nfl.Address;
import io.nfl.lang.nfl.AddressLiteral;
import io.nfl.lang.nfl.AddressName;
import io.nfl.lang.nfl.PacketData;
import io.nfl.lang.nfl.PacketDscp;
import io.nfl.lang.nfl.PacketFragment;
import io.nfl.lang.nfl.PacketFrom;
import io.nfl.lang.nfl.PacketIcmp;
import io.nfl.lang.nfl.PacketIn;
import io.nfl.lang.nfl.PacketLength;
import io.nfl.lang.nfl.PacketPart;
import io.nfl.lang.nfl.PacketProtocol;
import io.nfl.lang.nfl.PacketTcp;
import io.nfl.lang.nfl.PacketTo;
import io.nfl.lang.nfl.PacketTtl;
import io.nfl.lang.nfl.PacketUdp;
import io.nfl.lang.nfl.Reply;
import io.nfl.lang.nfl.Send;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The packets of tests: {@code tcp syn from … to …}. */
final class PacketLowering {
    private final Findings findings;
    private final Numbers numbers;
    private final Addresses addresses;
    private final Words words;
    private final RouteLowering tables;
    private final IcmpTests icmp;

    /** What a packet line says; no spec where something of it is wrong, which is told. */
    record Packet(Optional<String> device, Optional<PacketSpec> spec) {}

    PacketLowering(
            final Findings findings,
            final Numbers numbers,
            final Addresses addresses,
            final Words words,
            final RouteLowering tables) {
        this.findings = findings;
        this.numbers = numbers;
        this.addresses = addresses;
        this.words = words;
        this.tables = tables;
        this.icmp = new IcmpTests(findings, numbers);
    }

    Packet lower(final Send send, final List<PacketPart> parts) {
        once(parts);
        Optional<String> device = Optional.empty();
        Optional<Transport> transport = Optional.empty();
        Optional<Address> from = Optional.empty();
        Optional<Address> to = Optional.empty();
        Optional<Family> family = Optional.empty();
        for (final PacketPart part : parts) {
            if (part instanceof PacketIn in) {
                device = tables.device(in.getDevice());
            } else if (part instanceof PacketFrom source) {
                from = Optional.of(source.getAddress());
            } else if (part instanceof PacketTo destination) {
                to = Optional.of(destination.getAddress());
            } else {
                transport = transport.or(() -> transport(part));
                if (part instanceof PacketIcmp message) {
                    family = Optional.of(IcmpTests.family(message.getVersion()));
                }
            }
        }
        if (from.isEmpty() || to.isEmpty() || transport.isEmpty()) {
            findings.report(
                    Code.VALUE_WORD,
                    send,
                    "a packet has a protocol, a source and a destination",
                    "`tcp syn from 198.51.100.7:40000 to wan.address:8080`");
            return new Packet(device, Optional.empty());
        }
        return new Packet(
                device,
                spec(send, transport.get(), from.get(), to.get(), family, fields(parts))
                        .map(spec -> new PacketShape(findings, numbers).checked(send, parts, spec)));
    }

    /** Says of a part that another one like it stands before it. */
    private void once(final List<PacketPart> parts) {
        final Set<String> seen = new HashSet<>();
        for (final PacketPart part : parts) {
            if (!seen.add(kind(part))) {
                findings.report(Code.VALUE_WORD, part, "a packet has one " + kind(part));
            }
        }
    }

    private static String kind(final PacketPart part) {
        if (part instanceof PacketIn) {
            return "device that it comes by";
        }
        if (part instanceof PacketFrom) {
            return "source";
        }
        if (part instanceof PacketTo) {
            return "destination";
        }
        if (part instanceof PacketTtl) {
            return "`ttl`";
        }
        if (part instanceof PacketDscp) {
            return "`dscp`";
        }
        if (part instanceof PacketLength) {
            return "`length`";
        }
        if (part instanceof PacketData) {
            return "`data`";
        }
        return part instanceof PacketFragment ? "`fragment`" : "protocol";
    }

    /** The fields of an answer, which has no more words than those. @param to what it may answer */
    PacketSpec.Fields answer(final Reply reply, final Optional<Transport> to, final Family family) {
        once(reply.getPacket());
        for (final PacketPart part : reply.getPacket()) {
            if (!(part instanceof PacketTtl
                    || part instanceof PacketDscp
                    || part instanceof PacketLength
                    || part instanceof PacketData)) {
                findings.report(
                        Code.VALUE_WORD,
                        part,
                        "a reply has the addresses and the protocol of what it answers, and comes whole",
                        "`send` another packet");
            } else if (reply.getError() != null && (part instanceof PacketLength || part instanceof PacketData)) {
                findings.report(Code.VALUE_WORD, part, "an ICMP error quotes the packet that it is about, and no more");
            }
        }
        final PacketSpec.Fields fields = fields(reply.getPacket());
        final Optional<Transport> header = reply.getError() == null ? to : Optional.empty();
        header.ifPresent(
                each -> new PacketShape(findings, numbers).fits(reply, reply.getPacket(), each, fields, family));
        return fields;
    }

    private Optional<PacketSpec> spec(
            final Send send,
            final Transport transport,
            final Address from,
            final Address to,
            final Optional<Family> family,
            final PacketSpec.Fields fields) {
        final List<IpAddress> sources = addresses.hosts(from);
        final List<IpAddress> destinations = addresses.hosts(to);
        if (sources.isEmpty() || destinations.isEmpty()) {
            if (!findings.touches(send)) {
                findings.report(Code.VALUE_ADDRESS, send, "source and destination are single addresses");
            }
            return Optional.empty();
        }
        final Family common = family.orElseGet(() -> from instanceof AddressLiteral
                ? sources.get(0).family()
                : to instanceof AddressLiteral
                        ? destinations.get(0).family()
                        : sources.get(0).family());
        final Optional<IpAddress> source =
                sources.stream().filter(each -> each.family() == common).findFirst();
        final Optional<IpAddress> destination =
                destinations.stream().filter(each -> each.family() == common).findFirst();
        if (source.isEmpty() || destination.isEmpty()) {
            findings.report(Code.FAMILY_CONTRADICTION, send, "source and destination belong to different families");
            return Optional.empty();
        }
        return Optional.of(new PacketSpec(transport, source.get(), port(from), destination.get(), port(to), fields));
    }

    private Optional<Transport> transport(final PacketPart part) {
        if (part instanceof PacketTcp tcp) {
            return Optional.of(new Transport.Tcp(flags(tcp.getFlags())));
        }
        if (part instanceof PacketUdp) {
            return Optional.of(new Transport.Udp());
        }
        if (part instanceof PacketIcmp message) {
            final int id = message.getId() == null ? 0 : numbers.integer(message, message.getId(), "an id", 0, 0xFFFF);
            return icmp.parse(message.getVersion(), message.getType())
                    .map(each -> new Transport.Icmp(each.type(), each.codeLow(), id));
        }
        if (part instanceof PacketProtocol protocol) {
            return words.protocol(protocol, protocol.getProtocol()).map(PacketLowering::ofNumber);
        }
        return Optional.empty();
    }

    private static Transport ofNumber(final int protocol) {
        if (protocol == IpProtocol.TCP.number()) {
            return new Transport.Tcp(TcpFlags.SYN);
        }
        return protocol == IpProtocol.UDP.number() ? new Transport.Udp() : new Transport.Other(protocol);
    }

    /** A FIN goes with an ACK, as every stack sends it; a bare {@code tcp} is a SYN. */
    private static int flags(final @Nullable String word) {
        if (word == null) {
            return TcpFlags.SYN;
        }
        return switch (word) {
            case "ack" -> TcpFlags.ACK;
            case "syn-ack" -> TcpFlags.SYN | TcpFlags.ACK;
            case "rst" -> TcpFlags.RST;
            case "fin" -> TcpFlags.FIN | TcpFlags.ACK;
            default -> TcpFlags.SYN;
        };
    }

    private PacketSpec.Fields fields(final List<PacketPart> parts) {
        OptionalInt ttl = OptionalInt.empty();
        OptionalInt dscp = OptionalInt.empty();
        OptionalInt length = OptionalInt.empty();
        Optional<PacketSpec.Payload> payload = Optional.empty();
        for (final PacketPart part : parts) {
            if (part instanceof PacketTtl each) {
                ttl = OptionalInt.of(numbers.integer(each, each.getTtl(), "a ttl", 0, 255));
            } else if (part instanceof PacketDscp each) {
                dscp = OptionalInt.of(words.dscp(each, each.getDscp()));
            } else if (part instanceof PacketLength each) {
                length = OptionalInt.of(numbers.integer(each, each.getLength(), "a length", 28, 65_535));
            } else if (part instanceof PacketData each) {
                payload = Optional.of(new PacketSpec.Payload(each.getData().getBytes(StandardCharsets.UTF_8)));
            }
        }
        return new PacketSpec.Fields(ttl, dscp, length, payload);
    }

    OptionalInt port(final Address written) {
        final io.nfl.lang.nfl.PortRange ports;
        if (written instanceof AddressLiteral literal) {
            ports = literal.getPorts();
        } else {
            ports = written instanceof AddressName name ? name.getPorts() : null;
        }
        if (ports == null) {
            return OptionalInt.empty();
        }
        final List<Integer> single = new ArrayList<>();
        numbers.ports(ports, "tcp").ifPresent(range -> single.add(range.low()));
        return single.stream().mapToInt(Integer::intValue).findFirst();
    }
}
