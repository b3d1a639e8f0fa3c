// SPDX-License-Identifier: Apache-2.0
package io.nfl.iptables;

import io.nfl.api.host.NextHop;
import io.nfl.api.host.Route;
import io.nfl.api.host.RouteScope;
import io.nfl.api.host.RouteType;
import io.nfl.api.host.RoutingTables;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.Prefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/** One {@code ip route} command (iproute2, iproute.c). */
final class IpRouteReader {
    private static final long MAX_32 = 0xFFFF_FFFFL;

    private final Optional<Family> asked;
    private final Words words;
    private OptionalInt table = OptionalInt.empty();
    private int metric;
    private int tos;
    private Optional<IpAddress> source = Optional.empty();
    private Optional<RouteScope> scope = Optional.empty();
    private Optional<Integer> mtu = Optional.empty();
    private Optional<IpAddress> gateway = Optional.empty();
    private Optional<String> device = Optional.empty();
    private boolean onLink;
    private final List<NextHop> hops = new ArrayList<>();

    IpRouteReader(final Optional<Family> asked, final Words words) {
        this.asked = asked;
        this.words = words;
    }

    Route read() throws Refusal {
        final RouteType type = type(words);
        words.take("to");
        final String to = words.value("route");
        while (words.hasNext()) {
            option(words.next());
        }
        final Family family = family(to);
        if (hops.isEmpty() && (gateway.isPresent() || device.isPresent()) && needsHop(type)) {
            hops.add(new NextHop(gateway, device, 1, onLink));
        }
        if (needsHop(type) == hops.isEmpty()) {
            throw Refusal.syntax("a route of type " + type.label()
                    + (hops.isEmpty() ? " needs a gateway or a device" : " leads to no device"));
        }
        return new Route(
                type, prefix(family, to), hops, table.orElse(usualTable(type)), metric, tos, source, scope, mtu);
    }

    private static boolean needsHop(final RouteType type) {
        return switch (type) {
            case UNICAST, LOCAL, BROADCAST, ANYCAST, MULTICAST -> true;
            case BLACKHOLE, UNREACHABLE, PROHIBIT, THROW -> false;
        };
    }

    private static int usualTable(final RouteType type) {
        return switch (type) {
            case LOCAL, BROADCAST, ANYCAST -> RoutingTables.LOCAL;
            case UNICAST, MULTICAST, BLACKHOLE, UNREACHABLE, PROHIBIT, THROW -> RoutingTables.MAIN;
        };
    }

    /** Takes the word that names a type, if one stands there. */
    static RouteType type(final Words words) {
        for (final RouteType type : RouteType.values()) {
            if (words.take(type.label())) {
                return type;
            }
        }
        return RouteType.UNICAST;
    }

    private Family family(final String to) {
        if (asked.isPresent()) {
            return asked.get();
        }
        if (to.contains(":")) {
            return Family.IPV6;
        }
        return gateway.or(() ->
                        hops.stream().flatMap(hop -> hop.gateway().stream()).findFirst())
                .or(() -> source)
                .map(IpAddress::family)
                .orElse(Family.IPV4);
    }

    /** A prefix as ip takes it; the kernel refuses host bits in IPv4 and drops them in IPv6. */
    static Prefix prefix(final Family family, final String text) throws Refusal {
        if (text.equals("default") || text.equals("all") || text.equals("any")) {
            return Prefix.all(family);
        }
        final Prefix prefix = Values.prefix(family, text);
        final int slash = text.indexOf('/');
        if (family == Family.IPV4
                && slash > 0
                && !Values.address(family, text.substring(0, slash)).equals(prefix.address())) {
            throw Refusal.syntax("`" + text + "` has host bits set");
        }
        return prefix;
    }

    private void option(final String word) throws Refusal {
        switch (word) {
            case "via" -> gateway = Optional.of(gateway());
            case "dev" -> device = Optional.of(words.value(word));
            case "onlink" -> onLink = true;
            case "src" -> source = Optional.of(anyAddress(words.value(word)));
            case "metric", "priority", "preference" -> metric = (int) Values.number(words.value(word), 0, MAX_32);
            case "table" -> table = OptionalInt.of(table(words.value(word)));
            case "tos", "dsfield" -> tos = IpRuleReader.tos(words.value(word));
            case "scope" -> scope = Optional.of(scope(words.value(word)));
            case "mtu" -> mtu = Optional.of(Values.integer(words.value(word), 0, 65_535));
            case "proto", "protocol" -> words.value(word);
            case "nexthop" -> nextHop();
            default -> throw Refusal.unsupported("`" + word + "` of ip route is not supported");
        }
    }

    private IpAddress gateway() throws Refusal {
        if (words.take("inet") || words.take("inet6")) {
            throw Refusal.unsupported("a gateway of the other family is not supported");
        }
        return anyAddress(words.value("via"));
    }

    private static IpAddress anyAddress(final String text) throws Refusal {
        return Values.address(text.contains(":") ? Family.IPV6 : Family.IPV4, text);
    }

    private void nextHop() throws Refusal {
        Optional<IpAddress> via = Optional.empty();
        Optional<String> dev = Optional.empty();
        int weight = 1;
        boolean direct = false;
        while (words.hasNext() && !words.peek().equals("nexthop")) {
            final String word = words.next();
            switch (word) {
                case "via" -> via = Optional.of(gateway());
                case "dev" -> dev = Optional.of(words.value(word));
                case "weight" -> weight = Values.integer(words.value(word), 1, 256);
                case "onlink" -> direct = true;
                default -> throw Refusal.unsupported("`" + word + "` of a next hop is not supported");
            }
        }
        hops.add(new NextHop(via, dev, weight, direct));
    }

    static int table(final String text) throws Refusal {
        return switch (text) {
            case "local" -> RoutingTables.LOCAL;
            case "main" -> RoutingTables.MAIN;
            case "default" -> RoutingTables.DEFAULT;
            default -> (int) Values.number(text, 1, MAX_32);
        };
    }

    private static RouteScope scope(final String text) throws Refusal {
        final String name = text.equals("global") ? "universe" : text;
        for (final RouteScope known : RouteScope.values()) {
            if (known.name().toLowerCase(Locale.ROOT).equals(name)) {
                return known;
            }
        }
        final long number = Values.number(text, 0, 255);
        for (final RouteScope known : RouteScope.values()) {
            if (known.number() == number) {
                return known;
            }
        }
        throw Refusal.unsupported("the scope `" + text + "` is not supported");
    }
}
