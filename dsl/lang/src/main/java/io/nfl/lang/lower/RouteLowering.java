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
import io.nfl.diag.Span;
import io.nfl.ir.Declared;
import io.nfl.ir.DevicePattern;
import io.nfl.ir.Interface;
import io.nfl.lang.nfl.Address;
import io.nfl.lang.nfl.Destination;
import io.nfl.lang.nfl.DestinationName;
import io.nfl.lang.nfl.DeviceLiteral;
import io.nfl.lang.nfl.DeviceReference;
import io.nfl.lang.nfl.Element;
import io.nfl.lang.nfl.Hop;
import io.nfl.lang.nfl.NflPackage;
import io.nfl.lang.nfl.PolicyFile;
import io.nfl.lang.nfl.RouteOption;
import io.nfl.lang.nfl.RouteTable;
import io.nfl.lang.nfl.SpecialRoute;
import io.nfl.lang.nfl.UnicastRoute;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
    private final RouteChecks checks;
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
        this.checks = new RouteChecks(findings, interfaces);
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

    /** What can be told when all files are read. */
    void finish() {
        checks.sources();
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
                : (int) numbers.number(written(table), table.getNumber(), "a routing table's number", 1, 0x7FFF_FFFFL)
                        .orElse(RoutingTables.MAIN);
    }

    private boolean isFree(final RouteTable table, final int number) {
        final Span written = written(table);
        if (findings.touches(written)) {
            return false;
        }
        final String other = tables.putIfAbsent(number, table.getName());
        final boolean own = number >= RoutingTables.DEFAULT && number <= RoutingTables.LOCAL;
        if (other != null || own) {
            findings.report(
                    Code.VALUE_ROUTE,
                    written,
                    "table " + number + " is " + (other == null ? "the kernel's own" : "`" + other + "` already"));
        }
        return other == null && !own;
    }

    private Span written(final RouteTable table) {
        return findings.spans().of(table, NflPackage.eINSTANCE.getRouteTable_Number());
    }

    private void table(final RouteTable table) {
        final int number = number(table);
        if (table.getNumber() != null && !isFree(table, number)) {
            return;
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
                    hop.getGateway() == null ? Optional.empty() : host(hop.getGateway(), family);
            family = family.or(() -> gateway.map(IpAddress::family));
            final Optional<String> device = routeDevice(hop.getDevice());
            final int weight = hop.getWeight() == null ? 1 : numbers.integer(hop, hop.getWeight(), "a weight", 1, 256);
            gateway.ifPresent(each -> checks.gateway(hop, each, device));
            hops.add(new NextHop(gateway, device.or(() -> gateway.flatMap(this::connected)), weight, false));
        }
        add(route, RouteType.UNICAST, route.getDestination(), family, hops, table, route.getOptions());
    }

    private void special(final SpecialRoute route, final int table) {
        final Optional<Family> family =
                writesFamily(route) ? Optional.of(words.family(route.getFamily())) : Optional.empty();
        final RouteType type = RouteType.valueOf(route.getType().getLiteral().toUpperCase(Locale.ROOT));
        final List<NextHop> hops = routeDevice(route.getDevice()).stream()
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
        final Set<String> seen = new HashSet<>();
        for (final RouteOption option : options) {
            if (!seen.add(option.getName())) {
                findings.report(Code.VALUE_ROUTE, option, "a route has one `" + option.getName() + "`");
            }
            switch (option.getName()) {
                case "metric" -> metric = numbers.integer(option, option.getValue(), "a metric", 0, Integer.MAX_VALUE);
                case "mtu" -> mtu = Optional.of(numbers.integer(option, option.getValue(), "an mtu", 68, 65_535));
                default -> {
                    source = host(option.getAddress(), family);
                    source.ifPresent(each -> checks.source(option, each, hops));
                }
            }
        }
        for (final Prefix prefix : destinations(destination, family)) {
            final Declared<Route> declared = new Declared<>(
                    findings.span(route),
                    new Route(type, prefix, hops, table, metric, 0, source, Optional.empty(), mtu));
            routes.add(declared);
            checks.twice(declared);
        }
    }

    /** The one address of a family that a name stands for. */
    private Optional<IpAddress> host(final Address value, final Optional<Family> family) {
        final Optional<IpAddress> first = addresses.host(value, family);
        final long others = addresses.hosts(value).stream()
                .filter(each ->
                        first.isPresent() && each.family() == first.get().family())
                .distinct()
                .count();
        if (others > 1) {
            findings.report(Code.VALUE_AMBIGUOUS, value, "one address is wanted here, this stands for " + others);
        }
        return first;
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

    private Optional<String> routeDevice(final @Nullable DeviceReference reference) {
        final Optional<String> device = device(reference);
        if (reference instanceof DeviceLiteral) {
            device.ifPresent(each -> checks.device(reference, each));
        }
        return device;
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

    private static boolean writesFamily(final EObject route) {
        return written(route, route.eClass().getEStructuralFeature("family"));
    }

    /** An enumeration's first literal looks unset in EMF: the text tells. */
    static boolean written(final EObject object, final EStructuralFeature feature) {
        return !NodeModelUtils.findNodesForFeature(object, feature).isEmpty();
    }
}
