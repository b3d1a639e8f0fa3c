// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.lower;

import io.nfl.api.host.InterfaceAddress;
import io.nfl.api.host.NextHop;
import io.nfl.api.host.Route;
import io.nfl.api.host.RouteType;
import io.nfl.api.host.RoutingRule;
import io.nfl.api.host.RoutingTables;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.Prefix;
import io.nfl.diag.Code;
import io.nfl.ir.Declared;
import io.nfl.ir.DevicePattern;
import io.nfl.ir.Interface;
import io.nfl.lang.nfl.Destination;
import io.nfl.lang.nfl.DestinationName;
import io.nfl.lang.nfl.DeviceReference;
import io.nfl.lang.nfl.Element;
import io.nfl.lang.nfl.Hop;
import io.nfl.lang.nfl.PolicyFile;
import io.nfl.lang.nfl.RouteOption;
import io.nfl.lang.nfl.RouteTable;
import io.nfl.lang.nfl.SpecialRoute;
import io.nfl.lang.nfl.UnicastRoute;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.emf.ecore.EStructuralFeature;
import org.eclipse.xtext.nodemodel.util.NodeModelUtils;
import org.jspecify.annotations.Nullable;

/** Routes and routing rules. */
final class RouteLowering {
    private final Findings findings;
    private final Numbers numbers;
    private final Addresses addresses;
    private final Words words;
    private final List<Interface> interfaces;
    private final List<Declared<Route>> routes = new ArrayList<>();
    private final List<Declared<RoutingRule>> rules = new ArrayList<>();
    private final Map<Integer, String> tables = new HashMap<>();

    RouteLowering(
            final Findings findings,
            final Numbers numbers,
            final Addresses addresses,
            final Words words,
            final List<Interface> interfaces) {
        this.findings = findings;
        this.numbers = numbers;
        this.addresses = addresses;
        this.words = words;
        this.interfaces = interfaces;
    }

    List<Declared<Route>> routes() {
        return List.copyOf(routes);
    }

    /** Names of tables by their numbers. */
    Map<Integer, String> tables() {
        return Map.copyOf(tables);
    }

    List<Declared<RoutingRule>> rules() {
        return List.copyOf(rules);
    }

    void read(final PolicyFile file) {
        for (final Element element : file.getElements()) {
            if (element instanceof RouteTable table) {
                table(table);
            } else if (element instanceof io.nfl.lang.nfl.RoutingRule rule) {
                rules.addAll(new RoutingRuleLowering(findings, numbers, addresses, words, this).lower(rule));
            }
        }
    }

    /** The number of a table; main where it has none. */
    int number(final RouteTable table) {
        return table.getNumber() == null
                ? RoutingTables.MAIN
                : (int) numbers.number(table, table.getNumber(), "a routing table's number", 1, 0x7FFF_FFFFL)
                        .orElse(RoutingTables.MAIN);
    }

    private void table(final RouteTable table) {
        final int number = number(table);
        if (table.getNumber() != null) {
            final String name = table.getName();
            final String other = tables.putIfAbsent(number, name);
            if (other != null || number >= RoutingTables.DEFAULT && number <= RoutingTables.LOCAL) {
                findings.report(
                        Code.VALUE_ROUTE,
                        table,
                        "table " + number + " is " + (other == null ? "the kernel's own" : "`" + other + "` already"));
            }
        }
        for (final io.nfl.lang.nfl.Route route : table.getRoutes()) {
            if (route instanceof UnicastRoute unicast) {
                unicast(unicast, number);
            } else if (route instanceof SpecialRoute special) {
                special(special, number);
            }
        }
    }

    private void unicast(final UnicastRoute route, final int table) {
        final List<NextHop> hops = new ArrayList<>();
        Optional<Family> family = writesFamily(route) ? Optional.of(words.family(route.getFamily())) : Optional.empty();
        for (final Hop hop : route.getHops()) {
            final Optional<IpAddress> gateway =
                    hop.getGateway() == null ? Optional.empty() : addresses.host(hop.getGateway(), family);
            family = family.or(() -> gateway.map(IpAddress::family));
            final Optional<String> device = device(hop.getDevice());
            final int weight = hop.getWeight() == null ? 1 : numbers.integer(hop, hop.getWeight(), "a weight", 1, 256);
            gateway.ifPresent(each -> checkGateway(hop, each, device));
            hops.add(new NextHop(gateway, device.or(() -> gateway.flatMap(this::connected)), weight, false));
        }
        add(route, RouteType.UNICAST, route.getDestination(), family, hops, table, route.getOptions());
    }

    private void special(final SpecialRoute route, final int table) {
        final Optional<Family> family =
                writesFamily(route) ? Optional.of(words.family(route.getFamily())) : Optional.empty();
        final RouteType type = RouteType.valueOf(route.getType().getLiteral().toUpperCase(Locale.ROOT));
        final List<NextHop> hops = device(route.getDevice()).stream()
                .map(each -> new NextHop(Optional.empty(), Optional.of(each), 1, false))
                .toList();
        if (type == RouteType.LOCAL && hops.isEmpty()) {
            findings.report(Code.VALUE_ROUTE, route, "a `local` route needs its device", "`local P dev lo`");
        }
        add(route, type, route.getDestination(), family, hops, table, route.getOptions());
    }

    private void add(
            final io.nfl.lang.nfl.Route route,
            final RouteType type,
            final Destination destination,
            final Optional<Family> family,
            final List<NextHop> hops,
            final int table,
            final List<RouteOption> options) {
        int metric = 0;
        Optional<Integer> mtu = Optional.empty();
        Optional<IpAddress> source = Optional.empty();
        for (final RouteOption option : options) {
            switch (option.getName()) {
                case "metric" -> metric = numbers.integer(option, option.getValue(), "a metric", 0, Integer.MAX_VALUE);
                case "mtu" -> mtu = Optional.of(numbers.integer(option, option.getValue(), "an mtu", 68, 65_535));
                default -> source = addresses.host(option.getAddress(), family);
            }
        }
        for (final Prefix prefix : destinations(destination, family)) {
            routes.add(new Declared<>(
                    findings.span(route),
                    new Route(type, prefix, hops, table, metric, 0, source, Optional.empty(), mtu)));
        }
    }

    private List<Prefix> destinations(final Destination destination, final Optional<Family> family) {
        if (destination == null) {
            return List.of();
        }
        if (destination.isDefault()) {
            if (family.isEmpty()) {
                findings.report(
                        Code.VALUE_ROUTE,
                        destination,
                        "without a gateway the family of `default` is written",
                        "`ipv4 default dev …`");
            }
            return family.map(Prefix::all).stream().toList();
        }
        final List<Addresses.Term> terms = destination instanceof DestinationName name
                ? addresses.named(name, name.getDeclaration(), name.getPart())
                : addresses.terms(List.of(destination.getLiteral()));
        final List<Prefix> prefixes = new ArrayList<>();
        terms.forEach(each -> addresses
                .prefixOf(destination, each)
                .filter(prefix -> family.isEmpty() || prefix.family() == family.get())
                .ifPresent(prefixes::add));
        if (prefixes.isEmpty() && !terms.isEmpty()) {
            findings.report(Code.FAMILY_CONTRADICTION, destination, "the gateway belongs to the other family");
        }
        return prefixes;
    }

    Optional<String> device(final @Nullable DeviceReference reference) {
        if (reference == null) {
            return Optional.empty();
        }
        final List<DevicePattern> devices = words.devices(List.of(reference));
        if (devices.size() > 1 || devices.stream().anyMatch(DevicePattern::wildcard)) {
            findings.report(Code.VALUE_ROUTE, reference, "a route leads through one device");
            return Optional.empty();
        }
        return devices.stream().findFirst().map(DevicePattern::name);
    }

    private Optional<String> connected(final IpAddress gateway) {
        for (final Interface each : interfaces) {
            for (final InterfaceAddress address : each.device().addresses()) {
                if (address.network().contains(gateway)) {
                    return Optional.of(each.device().name());
                }
            }
        }
        return Optional.empty();
    }

    private void checkGateway(final Hop hop, final IpAddress gateway, final Optional<String> device) {
        final boolean linkLocal = gateway.family() == Family.IPV6 && gateway.high() >>> 54 == 0xFE80L >>> 6;
        final Optional<Interface> on = interfaces.stream()
                .filter(each -> device.isPresent() && each.device().name().equals(device.get()))
                .findFirst();
        final boolean dynamic = on.map(Interface::dynamic).orElse(false);
        final boolean reached = on.isPresent()
                ? on.get().device().addresses().stream()
                        .anyMatch(each -> each.network().contains(gateway))
                : device.isEmpty() && connected(gateway).isPresent();
        if (!linkLocal && !dynamic && !reached) {
            findings.report(
                    Code.VALUE_ROUTE,
                    hop,
                    "the gateway " + gateway + " is on no connected network"
                            + on.map(each -> " of `" + each.name() + "`").orElse(""),
                    "the kernel refuses such a route: Nexthop has invalid gateway");
        }
    }

    private static boolean writesFamily(final EObject route) {
        return written(route, route.eClass().getEStructuralFeature("family"));
    }

    /** An enumeration's first literal looks unset in EMF: the text tells. */
    static boolean written(final EObject object, final EStructuralFeature feature) {
        return !NodeModelUtils.findNodesForFeature(object, feature).isEmpty();
    }
}
