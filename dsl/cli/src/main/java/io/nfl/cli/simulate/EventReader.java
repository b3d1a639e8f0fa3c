// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli.simulate;

import io.nfl.api.host.Device;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.engine.clock.Clock;
import io.nfl.engine.conntrack.ConntrackSysctl;
import io.nfl.engine.localhost.LocalSender;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Reads the events of a scenario. */
final class EventReader {
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final int IPV6_DESTINATION = 24;
    private static final int IPV4_DESTINATION = 16;

    private final Unsupported unsupported;
    private final boolean ipv6;
    private final Set<String> devices;
    private final Set<String> ethernets;

    /**
     * @param devices all, lo too
     * @param ethernets those whose packets come in frames
     */
    EventReader(
            final Unsupported unsupported, final boolean ipv6, final Set<String> devices, final Set<String> ethernets) {
        this.unsupported = unsupported;
        this.ipv6 = ipv6;
        this.devices = devices;
        this.ethernets = ethernets;
    }

    /** @return absent where it is not supported */
    Optional<Scenario.Event> read(final JsonFields event) {
        final Optional<Scenario.Event> plain = plain(event);
        final double settle = event.decimal("settle_ms", 0);
        return settle == 0
                ? plain
                : plain.map(inner -> new Scenario.Event.Settled(inner, (long) (settle * NANOS_PER_MILLI)));
    }

    private Optional<Scenario.Event> plain(final JsonFields event) {
        final String type = event.required("type");
        return switch (type) {
            case "in" -> in(event);
            case "out" -> out(event);
            case "udp_send" -> udpSend(event);
            case "tcp_connect" -> {
                allow(event, "dst", "dport", "src", "sport");
                yield Optional.of(new Scenario.Event.Connect(request(event)));
            }
            case "advance" -> advance(event);
            case "flush" -> {
                allow(event);
                yield Optional.of(new Scenario.Event.Flush());
            }
            case "cmd" -> command(event);
            case "sysctl" -> sysctl(event);
            default -> {
                unsupported.add("event " + type);
                yield Optional.empty();
            }
        };
    }

    private void allow(final JsonFields event, final String... names) {
        final Set<String> known = new java.util.HashSet<>(Arrays.asList(names));
        known.add("type");
        known.add("settle_ms");
        known.add("ct");
        event.allow(known, unsupported);
    }

    private Optional<Scenario.Event> in(final JsonFields event) {
        allow(event, "iface", "hex");
        final byte[] bytes = ScenarioReader.hex(event.required("hex"));
        final String device = device(event.required("iface"));
        if (device.equals(Device.LOOPBACK)) {
            throw new ScenarioException("nothing comes in by lo but what the host sends itself");
        }
        final boolean framed = ethernets.contains(device);
        final int at = framed ? Math.min(bytes.length, Ethernet.HEADER) : 0;
        final boolean heard = ipv6 || !isIpv6(Arrays.copyOfRange(bytes, at, bytes.length));
        return Optional.of(new Scenario.Event.Arrival(device, bytes, heard));
    }

    private String device(final String name) {
        if (!devices.contains(name)) {
            throw new ScenarioException("no device `" + name + "`");
        }
        return name;
    }

    private static boolean isIpv6(final byte[] bytes) {
        return bytes.length > 0 && (bytes[0] & 0xF0) == 0x60;
    }

    private Optional<Scenario.Event> out(final JsonFields event) {
        allow(event, "hex", "bind", "mark", "oif", "uid");
        final byte[] bytes = ScenarioReader.hex(event.required("hex"));
        final int at = isIpv6(bytes) ? IPV6_DESTINATION : IPV4_DESTINATION;
        final int size = isIpv6(bytes) ? 16 : 4;
        if (bytes.length < at + size) {
            unsupported.add("an outgoing packet without a whole header");
            return Optional.empty();
        }
        final IpAddress to = IpAddress.of(Arrays.copyOfRange(bytes, at, at + size));
        final LocalSender.Request request = new LocalSender.Request(
                event.text("bind").map(EventReader::ipAddress),
                OptionalInt.empty(),
                to,
                0,
                mark(event),
                event.text("oif").map(this::device),
                Math.toIntExact(event.number("uid").orElse(0L)));
        return Optional.of(new Scenario.Event.Raw(request, bytes));
    }

    private Optional<Scenario.Event> udpSend(final JsonFields event) {
        allow(event, "dst", "dport", "src", "sport", "data", "mark");
        return Optional.of(new Scenario.Event.Datagram(
                request(event), ScenarioReader.hex(event.text("data").orElse(""))));
    }

    private LocalSender.Request request(final JsonFields event) {
        final IpAddress to = ipAddress(event.required("dst"));
        if (to.family() == Family.IPV6 && !ipv6) {
            unsupported.add("an IPv6 socket on a host without IPv6");
        }
        final Optional<Long> port = event.number("sport").filter(number -> number != 0);
        return new LocalSender.Request(
                event.text("src").map(EventReader::ipAddress),
                port.isPresent() ? OptionalInt.of(Math.toIntExact(port.get())) : OptionalInt.empty(),
                to,
                Math.toIntExact(event.number("dport").orElse(0L)),
                mark(event),
                Optional.empty(),
                0);
    }

    private static int mark(final JsonFields event) {
        return event.number("mark").orElse(0L).intValue();
    }

    private Optional<Scenario.Event> advance(final JsonFields event) {
        allow(event, "seconds", "how");
        final double seconds = event.decimal("seconds", 0);
        final String how = event.text("how").orElse("ct");
        if (how.equals("sleep")) {
            return Optional.of(new Scenario.Event.Sleep((long) (seconds * Clock.NANOS_PER_SECOND)));
        }
        if (!how.equals("ct") || seconds != Math.rint(seconds)) {
            unsupported.add("advance " + how + " by " + seconds);
        }
        return Optional.of(new Scenario.Event.Age((long) seconds));
    }

    private Optional<Scenario.Event> command(final JsonFields event) {
        allow(event, "cmd");
        final String command = event.required("cmd").strip();
        if (!command.equals("true") && !command.equals(":")) {
            unsupported.add("command `" + command + "`");
        }
        return Optional.of(new Scenario.Event.Nothing());
    }

    private Optional<Scenario.Event> sysctl(final JsonFields event) {
        allow(event, "name", "value");
        final String name = event.required("name");
        if (ConntrackSysctl.of(name).isEmpty()) {
            unsupported.add("a change of sysctl " + name + " on the way");
        }
        return Optional.of(new Scenario.Event.Setting(
                name, Math.toIntExact(event.number("value").orElse(0L))));
    }

    static IpAddress ipAddress(final String text) {
        try {
            return IpAddress.parse(text);
        } catch (final IllegalArgumentException e) {
            throw new ScenarioException("`" + text + "` is no address");
        }
    }
}
