// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.route;

import io.nfl.api.host.Device;
import io.nfl.api.host.HostDescription;
import io.nfl.api.host.InterfaceAddress;
import io.nfl.api.host.KernelProfile;
import io.nfl.api.host.NextHop;
import io.nfl.api.host.Route;
import io.nfl.api.host.RouteType;
import io.nfl.api.host.RoutingRule;
import io.nfl.api.host.RoutingTables;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.PortRange;
import io.nfl.api.net.Prefix;
import io.nfl.engine.choice.SeededChooser;
import io.nfl.engine.packet.Packet;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/** A host written down in a few words of {@code ip}. */
public final class TestHost {
    private final List<Device> devices = new ArrayList<>();
    private final List<Route> routes = new ArrayList<>();
    private final List<RoutingRule> rules = new ArrayList<>();
    private final Map<String, String> sysctls = new TreeMap<>();

    TestHost device(final String name, final String... addresses) {
        return device(name, Device.DEFAULT_MTU, addresses);
    }

    public TestHost device(final String name, final int mtu, final String... addresses) {
        final List<InterfaceAddress> list = new ArrayList<>();
        for (final String address : addresses) {
            final String[] parts = address.split("/");
            list.add(new InterfaceAddress(IpAddress.parse(parts[0]), Integer.parseInt(parts[1])));
        }
        devices.add(new Device(name, list, mtu));
        return this;
    }

    public TestHost sysctl(final String name, final int value) {
        sysctls.put(name, Integer.toString(value));
        return this;
    }

    /** {@code [type] prefix [via A] [dev D] [src A] [metric N] [table N] [tos N] [mtu N]}. */
    public TestHost route(final String text) {
        final Words words = new Words(text);
        final RouteType type = words.type();
        final Prefix to = prefix(words.next());
        final Optional<IpAddress> via = words.option("via").map(IpAddress::parse);
        final Optional<String> dev = words.option("dev");
        final List<NextHop> hops =
                via.isPresent() || dev.isPresent() ? List.of(new NextHop(via, dev, 1, false)) : List.of();
        routes.add(new Route(
                type,
                to,
                hops,
                words.number("table", RoutingTables.MAIN),
                words.number("metric", 0),
                words.number("tos", 0),
                words.option("src").map(IpAddress::parse),
                Optional.empty(),
                words.option("mtu").map(Integer::valueOf)));
        return this;
    }

    /** {@code pref N [not] [from P] [to P] [iif D] [oif D] [fwmark N] [ipproto N] [dport N] table N|goto N|type}. */
    public TestHost rule(final String text) {
        final Words words = new Words(text);
        final boolean inverted = words.flag("not");
        final Optional<String> mark = words.option("fwmark");
        final Optional<String> port = words.option("dport");
        final Optional<String> protocol = words.option("ipproto");
        rules.add(new RoutingRule(
                Family.IPV4,
                words.number("pref", 0),
                inverted,
                words.option("from").map(TestHost::prefix),
                words.option("to").map(TestHost::prefix),
                words.option("iif"),
                words.option("oif"),
                mark.map(Integer::decode).orElse(0),
                mark.isPresent() ? -1 : 0,
                words.number("tos", 0),
                protocol.isPresent() ? OptionalInt.of(Integer.parseInt(protocol.get())) : OptionalInt.empty(),
                Optional.empty(),
                port.map(number -> PortRange.of(Integer.parseInt(number))),
                Optional.empty(),
                words.action()));
        return this;
    }

    private static Prefix prefix(final String text) {
        if (text.equals("default")) {
            return Prefix.all(Family.IPV4);
        }
        if (text.equals("default6")) {
            return Prefix.all(Family.IPV6);
        }
        final String[] parts = text.split("/");
        final IpAddress address = IpAddress.parse(parts[0]);
        return new Prefix(address, parts.length == 1 ? address.family().bits() : Integer.parseInt(parts[1]));
    }

    public HostDescription description() {
        return new HostDescription(devices, routes, rules, sysctls, KernelProfile.MEASURED);
    }

    Routing routing() {
        return new Routing(description(), new SeededChooser(1));
    }

    /** A UDP packet that came by a device; the words tell {@code mark}, {@code tos}, {@code proto}, {@code dport}. */
    static Packet packet(
            final Routing routing, final String in, final String from, final String to, final String more) {
        final Words words = new Words(more);
        final IpAddress source = IpAddress.parse(from);
        final IpAddress destination = IpAddress.parse(to);
        final Packet packet = new Packet(routing.view(source.family()));
        packet.set(
                source.family(),
                source.family() == Family.IPV4 ? ipv4(source, destination, words) : ipv6(source, destination, words),
                source.family() == Family.IPV4 ? 28 : 48);
        packet.in(in);
        packet.mark(words.number("mark", 0));
        return packet;
    }

    private static byte[] ipv4(final IpAddress source, final IpAddress destination, final Words words) {
        final byte[] bytes = HexFormat.of().parseHex("4500001c00004000401100000000000000000000" + "0400003500080000");
        bytes[1] = (byte) words.number("tos", 0);
        bytes[9] = (byte) words.number("proto", 17);
        System.arraycopy(source.bytes(), 0, bytes, 12, 4);
        System.arraycopy(destination.bytes(), 0, bytes, 16, 4);
        bytes[23] = (byte) words.number("dport", 53);
        return bytes;
    }

    private static byte[] ipv6(final IpAddress source, final IpAddress destination, final Words words) {
        final byte[] bytes = new byte[48];
        bytes[0] = 0x60;
        bytes[5] = 8;
        bytes[6] = 17;
        bytes[7] = 64;
        System.arraycopy(source.bytes(), 0, bytes, 8, 16);
        System.arraycopy(destination.bytes(), 0, bytes, 24, 16);
        bytes[43] = (byte) words.number("dport", 53);
        return bytes;
    }

    /** Words with options among them. */
    private static final class Words {
        private final List<String> words;

        Words(final String text) {
            words = new ArrayList<>(List.of(text.strip().split("\\s+")));
        }

        String next() {
            return words.remove(0);
        }

        boolean flag(final String name) {
            return words.remove(name);
        }

        Optional<String> option(final String name) {
            final int at = words.indexOf(name);
            if (at < 0) {
                return Optional.empty();
            }
            words.remove(at);
            return Optional.of(words.remove(at));
        }

        int number(final String name, final int otherwise) {
            return option(name).map(Integer::decode).orElse(otherwise);
        }

        RouteType type() {
            for (final RouteType type : RouteType.values()) {
                if (words.get(0).equals(type.label())) {
                    words.remove(0);
                    return type;
                }
            }
            return RouteType.UNICAST;
        }

        RoutingRule.Action action() {
            final Optional<String> table = option("table");
            if (table.isPresent()) {
                return new RoutingRule.Action.Lookup(
                        Integer.parseInt(table.get()), number("suppress_prefixlength", -1));
            }
            final Optional<String> target = option("goto");
            return target.isPresent()
                    ? new RoutingRule.Action.GoTo(Long.parseLong(target.get()))
                    : new RoutingRule.Action.Refuse(type());
        }
    }
}
