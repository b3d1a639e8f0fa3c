// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.lower;

import io.nfl.api.host.NextHop;
import io.nfl.api.host.Route;
import io.nfl.api.host.RouteType;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.Prefix;
import io.nfl.diag.Code;
import io.nfl.diag.Diagnostic;
import io.nfl.diag.Note;
import io.nfl.ir.Declared;
import io.nfl.ir.Interface;
import io.nfl.lang.nfl.DeviceReference;
import io.nfl.lang.nfl.Hop;
import io.nfl.lang.nfl.RouteOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the kernel refuses of a route (net/ipv4/fib_semantics.c, net/ipv6/route.c), or takes in place of another. */
final class RouteChecks {
    /** What IPv6 gives a route that names no metric: IP6_RT_PRIO_USER. */
    private static final int IPV6_METRIC = 1024;

    private final Findings findings;
    private final List<Interface> interfaces;
    private final Map<Place, Declared<Route>> first = new HashMap<>();
    private final List<Source> sources = new ArrayList<>();

    /** Of one place there is one route. */
    private record Place(int table, Prefix destination, int metric) {}

    private record Source(RouteOption at, IpAddress address) {}

    RouteChecks(final Findings findings, final List<Interface> interfaces) {
        this.findings = findings;
        this.interfaces = interfaces;
    }

    void device(final DeviceReference at, final String device) {
        if (interfaces.stream().noneMatch(each -> each.device().name().equals(device))) {
            findings.report(
                    Code.VALUE_ROUTE,
                    at,
                    "no interface is declared for the device `" + device + "`",
                    "which networks it is connected to is not known; `interface NAME = " + device + "`");
        }
    }

    void gateway(final Hop hop, final IpAddress gateway, final Optional<String> device) {
        final boolean linkLocal = gateway.family() == Family.IPV6 && gateway.high() >>> 54 == 0xFE80L >>> 6;
        final Optional<Interface> on = interfaces.stream()
                .filter(each -> device.isPresent() && each.device().name().equals(device.get()))
                .findFirst();
        final boolean dynamic = on.map(Interface::dynamic).orElse(false);
        final boolean reached = on.isPresent()
                ? isConnected(on.get(), gateway)
                : device.isEmpty() && interfaces.stream().anyMatch(each -> isConnected(each, gateway));
        if (linkLocal && device.isEmpty()) {
            findings.report(
                    Code.VALUE_ROUTE,
                    hop,
                    "the gateway " + gateway + " is on every link: its device is written",
                    "`via " + gateway + " dev …`");
        } else if (isOwn(gateway)) {
            findings.report(Code.VALUE_ROUTE, hop, "the gateway " + gateway + " is an address of this host itself");
        } else if (!linkLocal && !dynamic && !reached) {
            findings.report(
                    Code.VALUE_ROUTE,
                    hop,
                    "the gateway " + gateway + " is on no connected network"
                            + on.map(each -> " of `" + each.name() + "`").orElse(""),
                    "the kernel refuses such a route: Nexthop has invalid gateway");
        }
    }

    private static boolean isConnected(final Interface on, final IpAddress gateway) {
        return on.device().addresses().stream().anyMatch(each -> each.network().contains(gateway));
    }

    private boolean isOwn(final IpAddress address) {
        return interfaces.stream()
                .flatMap(each -> each.device().addresses().stream())
                .anyMatch(each -> each.address().equals(address));
    }

    /** Another route with the same destination and metric is replaced by this one. */
    void twice(final Declared<Route> declared) {
        final Route route = declared.value();
        final boolean given = route.metric() != 0 || route.destination().family() == Family.IPV4;
        final Place place = new Place(route.table(), route.destination(), given ? route.metric() : IPV6_METRIC);
        final Declared<Route> before = first.putIfAbsent(place, declared);
        if (before != null) {
            findings.add(Diagnostic.of(
                            Code.VALUE_ROUTE,
                            declared.span(),
                            "this table has a route to " + route.destination() + " with this metric already")
                    .note(Note.at(before.span(), "the kernel keeps one, and this one would be lost"))
                    .note("several gateways of one route stand in one, behind commas; others have a `metric` each"));
        }
    }

    /** Whether the address is one of this host is known when all routes are. */
    void source(final RouteOption at, final IpAddress address, final List<NextHop> hops) {
        final boolean dynamic = interfaces.stream()
                .filter(Interface::dynamic)
                .anyMatch(each -> hops.stream()
                        .anyMatch(hop ->
                                hop.device().equals(Optional.of(each.device().name()))));
        if (!dynamic) {
            sources.add(new Source(at, address));
        }
    }

    void sources() {
        for (final Source each : sources) {
            final boolean local = first.values().stream()
                    .map(Declared::value)
                    .anyMatch(route -> route.type() == RouteType.LOCAL
                            && route.destination().family() == each.address().family()
                            && route.destination().contains(each.address()));
            if (!local && !isOwn(each.address())) {
                findings.report(
                        Code.VALUE_ROUTE,
                        each.at(),
                        each.address() + " is no address of this host",
                        "the kernel refuses such a route: Invalid prefsrc address");
            }
        }
    }
}
