// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.packet;

import io.nfl.api.net.Family;
import io.nfl.api.packet.Ipv4Header;
import io.nfl.api.packet.Ipv6Header;
import io.nfl.engine.CaseWords;
import io.nfl.engine.NoRoutes;
import io.nfl.engine.clock.Clock;
import io.nfl.engine.clock.SettableClock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * One case of {@code take HEX}, {@code piece FROM-TO[+] [v6] [id N] [tos N] [df]} (a fragment; its payload counts
 * upwards), {@code cut MTU} (of what was put together last), {@code wait SECONDS}.
 */
final class PacketCase {
    private static final int PROTOCOL = 253;
    private static final int FRAGMENT = 44;

    private final SettableClock clock = new SettableClock();
    private final Reassembly reassembly = new Reassembly(clock);
    private Packet packet = new Packet(NoRoutes.VIEW);

    private PacketCase() {}

    static List<String> replay(final List<String> lines) {
        final PacketCase run = new PacketCase();
        final List<String> out = new ArrayList<>();
        for (final String line : lines) {
            if (!line.startsWith("|")) {
                out.add(line);
                if (line.startsWith("  ")) {
                    run.line(new CaseWords(line)).forEach(told -> out.add("| " + told));
                }
            }
        }
        return out;
    }

    private List<String> line(final CaseWords words) {
        switch (words.next()) {
            case "take" -> {
                return List.of(take(words));
            }
            case "piece" -> {
                return List.of(piece(words));
            }
            case "cut" -> {
                return cut(Integer.parseInt(words.next()));
            }
            case "wait" -> clock.advance(Long.parseLong(words.next()) * Clock.NANOS_PER_SECOND);
            default -> throw new IllegalArgumentException("no such line");
        }
        return List.of();
    }

    private String take(final CaseWords words) {
        final boolean loopback = words.flag("lo");
        final byte[] bytes = HexFormat.of().parseHex(words.next());
        final DropReason reason = ReceiveCheck.load(packet, bytes, 0, bytes.length, loopback);
        return reason != null
                ? reason.text()
                : "taken, length " + packet.length() + ", protocol " + packet.transportProtocol() + " at "
                        + packet.transportOffset();
    }

    private String piece(final CaseWords words) {
        final boolean v6 = words.flag("v6");
        final int id = words.number("id", 1);
        final int tos = words.number("tos", 0);
        final boolean whole = words.flag("df");
        final String range = words.next();
        words.end();
        final boolean more = range.endsWith("+");
        final String[] ends = range.replace("+", "").split("-");
        final int from = Integer.parseInt(ends[0]);
        final int length = Integer.parseInt(ends[1]) - from;
        packet = new Packet(NoRoutes.VIEW);
        packet.in("eth0");
        if (v6) {
            header6(from, length, more, id, tos);
        } else {
            HeaderWriter.ipv4(packet, Ipv4Header.MIN_LENGTH + length, tos, id, 0, 64, PROTOCOL, 1, 2);
            final int flags = (more ? Ipv4Header.MORE_FRAGMENTS : 0) | (whole ? Ipv4Header.DONT_FRAGMENT : 0);
            packet.putShort(Ipv4Header.FRAGMENT, from / 8 | flags);
            Checksum.ipv4(packet);
        }
        for (int i = 0; i < length; i++) {
            packet.putByte(packet.length() - length + i, from + i);
        }
        packet.relocate();
        return switch (reassembly.gather(packet, Reassembly.User.CONNTRACK_IN, 0)) {
            case Reassembly.KEPT -> "kept";
            case Reassembly.BAD -> "thrown away";
            default -> told();
        };
    }

    private void header6(final int from, final int length, final boolean more, final int id, final int tos) {
        HeaderWriter.ipv6(
                packet,
                Ipv6Header.LENGTH + Ipv6Header.FRAGMENT_HEADER_LENGTH + length,
                tos,
                64,
                FRAGMENT,
                0x2001_0DB8L << 32,
                1,
                0x2001_0DB8L << 32,
                2);
        packet.putInt(Ipv6Header.LENGTH, PROTOCOL << 24 | from | (more ? 1 : 0));
        packet.putInt(Ipv6Header.LENGTH + 4, id);
    }

    private String told() {
        final boolean v4 = packet.family() == Family.IPV4;
        final int header = v4 ? Ipv4Header.length(packet) : Ipv6Header.LENGTH;
        boolean ordered = true;
        for (int i = header; i < packet.length(); i++) {
            ordered &= packet.byteAt(i) == (i - header & 0xFF);
        }
        final StringBuilder joints = new StringBuilder();
        for (int i = 0; i < packet.fragmentCount; i++) {
            joints.append(' ').append(packet.fragmentSizes[i]);
        }
        return "whole, " + (packet.length() - header) + " bytes" + (ordered ? "" : " in disorder") + ", tos "
                + packet.trafficClass() + ", joints" + joints + ", largest " + packet.fragmentMaxSize
                + (v4 && Ipv4Header.dontFragment(packet) ? ", df" : "")
                + (v4 && Checksum.fold(Checksum.sum(packet.bytes(), 0, header)) != 0 ? ", bad header" : "");
    }

    private List<String> cut(final int mtu) {
        final List<String> pieces = new ArrayList<>();
        new Fragmenter().cut(packet, mtu, 7, (bytes, length) -> {
            final Packet piece = new Packet(NoRoutes.VIEW);
            piece.load(packet.family(), bytes, 0, length);
            final boolean v4 = piece.family() == Family.IPV4;
            final int header = v4 ? Ipv4Header.length(piece) : Ipv6Header.LENGTH + Ipv6Header.FRAGMENT_HEADER_LENGTH;
            final int field = piece.shortAt(v4 ? Ipv4Header.FRAGMENT : Ipv6Header.LENGTH + 2);
            final int from = v4 ? (field & Ipv4Header.OFFSET_MASK) << 3 : field & ~7;
            final boolean more = v4 ? (field & Ipv4Header.MORE_FRAGMENTS) != 0 : (field & 1) != 0;
            pieces.add(from + "-" + (from + length - header) + (more ? "+" : "")
                    + (v4 && (field & Ipv4Header.DONT_FRAGMENT) != 0 ? " df" : ""));
        });
        return pieces;
    }
}
