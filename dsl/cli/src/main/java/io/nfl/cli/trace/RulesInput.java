// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli.trace;

import io.nfl.api.host.Device;
import io.nfl.api.host.InterfaceAddress;
import io.nfl.api.host.Route;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.cli.PolicyInput;
import io.nfl.diag.Diagnostic;
import io.nfl.diag.Result;
import io.nfl.diag.Span;
import io.nfl.iptables.IpCommandReader;
import io.nfl.iptables.IpConfiguration;
import io.nfl.iptables.RulesetReader;
import io.nfl.ir.Declared;
import io.nfl.ir.DevicePattern;
import io.nfl.ir.Invertible;
import io.nfl.ir.Policy;
import io.nfl.ir.Rule;
import io.nfl.ir.Ruleset;
import io.nfl.lang.Source;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Rules as iptables-save prints them, on a host as {@code ip} commands make it; or on a made up one, with no more than
 * rules name. What is made up is told.
 */
final class RulesInput {
    private static final String HOST = "<host>";

    private final Source rules;
    private final Ruleset ruleset;
    private final IpConfiguration configuration;
    private final List<String> assumed = new ArrayList<>();
    private final Map<String, List<InterfaceAddress>> devices = new LinkedHashMap<>();
    private final List<Declared<Route>> routes = new ArrayList<>();

    private RulesInput(final Source rules, final Ruleset ruleset, final IpConfiguration configuration) {
        this.rules = rules;
        this.ruleset = ruleset;
        this.configuration = configuration;
    }

    /** @param host absent where nobody said what the host is */
    static Result<Subject> read(
            final PolicyInput input, final Source rules, final Family family, final Optional<Source> host) {
        final List<Diagnostic> found = new ArrayList<>();
        final Result<Ruleset> ruleset = RulesetReader.read(family, rules.name(), rules.text());
        found.addAll(ruleset.diagnostics());
        final Result<IpConfiguration> configuration = host.map(source -> IpCommandReader.read(
                        source.name(), source.text().lines().toList()))
                .orElse(Result.of(new IpConfiguration(List.of(), List.of(), Map.of()), List.of()));
        found.addAll(configuration.diagnostics());
        if (ruleset.value().isEmpty() || configuration.value().isEmpty()) {
            return Result.failed(found);
        }
        final RulesInput made = new RulesInput(
                rules, ruleset.value().get(), configuration.value().get());
        return Result.of(made.subject(input, host), found);
    }

    private Subject subject(final PolicyInput input, final Optional<Source> host) {
        assumed.add("forwarding is on; all other settings are the kernel's defaults");
        if (host.isPresent()) {
            declared();
        } else {
            madeUp();
        }
        final String text = text();
        final Source source = new Source(HOST, text);
        return new Subject(
                source,
                (importing, path) -> Optional.empty(),
                this::whole,
                name -> name.equals(HOST) ? Optional.of(text) : input.text(name),
                assumed);
    }

    /** The devices of the host's addresses and routes. */
    private void declared() {
        configuration.addresses().forEach(devices::put);
        configuration.routes().stream()
                .flatMap(route -> route.nextHops().stream())
                .flatMap(hop -> hop.device().stream())
                .forEach(device -> devices.putIfAbsent(device, List.of()));
        devices.putIfAbsent(Device.LOOPBACK, List.of());
        named().forEach(device -> {
            if (devices.putIfAbsent(device, List.of()) == null) {
                assumed.add("the device " + device + ", which rules name, has no address");
            }
        });
        devices.remove(Device.LOOPBACK);
    }

    /** The devices that rules name, each with a network of its own; the world is behind the first. */
    private void madeUp() {
        final Set<String> named = named();
        named.remove(Device.LOOPBACK);
        if (named.isEmpty()) {
            named.add("eth0");
        }
        int number = 0;
        for (final String device : named) {
            number++;
            final InterfaceAddress address = address(number, 1);
            devices.put(device, List.of(address));
            assumed.add("the device " + device + " has the address " + address);
            if (number == 1) {
                final InterfaceAddress gateway = address(number, 2);
                routes.add(new Declared<>(Span.ofLine(HOST, 1), world(device, gateway)));
                assumed.add("all other networks are behind " + device + ", by " + gateway.address());
            }
        }
        assumed.add("no other address, route or rule; --host FILE says what there is");
    }

    /** RFC 2544's networks for tests, RFC 3849's for examples. */
    private InterfaceAddress address(final int network, final int host) {
        return switch (ruleset.family()) {
            case IPV4 -> new InterfaceAddress(IpAddress.parse("198.18." + network + "." + host), 24);
            case IPV6 ->
                new InterfaceAddress(IpAddress.parse("2001:db8:" + Integer.toHexString(network) + "::" + host), 64);
        };
    }

    private Route world(final String device, final InterfaceAddress gateway) {
        final String line = "ip " + (ruleset.family() == Family.IPV6 ? "-6 " : "") + "route add default via "
                + gateway.address() + " dev " + device;
        return IpCommandReader.read(HOST, List.of(line))
                .value()
                .orElseThrow()
                .routes()
                .get(0);
    }

    /** Devices by whole names, of all rules. */
    private Set<String> named() {
        final Set<String> names = new TreeSet<>();
        ruleset.tables().stream()
                .flatMap(table -> table.chains().stream())
                .flatMap(chain -> chain.rules().stream())
                .map(Rule::header)
                .flatMap(header -> Stream.concat(header.in().stream(), header.out().stream()))
                .map(Invertible::value)
                .filter(pattern -> !pattern.wildcard())
                .map(DevicePattern::name)
                .forEach(names::add);
        return names;
    }

    /** The host as a policy without rules: packets are written in its names. */
    private String text() {
        final StringBuilder text = new StringBuilder("policy rules\nforwarding on\n");
        devices.forEach((device, addresses) -> {
            final String name = device.replaceAll("[^A-Za-z0-9_-]", "_").replaceFirst("^([0-9-])", "_$1");
            text.append("interface ^")
                    .append(name)
                    .append(" = \"")
                    .append(device)
                    .append('"');
            if (!addresses.isEmpty()) {
                text.append(" { address ")
                        .append(String.join(
                                ", ",
                                addresses.stream()
                                        .map(InterfaceAddress::toString)
                                        .toList()))
                        .append(" }");
            }
            text.append('\n');
            if (!name.equals(device)) {
                assumed.add("the device " + device + " is written " + name + " in packets");
            }
        });
        return text.toString();
    }

    private Policy whole(final Policy host) {
        final Span nowhere = Span.ofLine(HOST, 1);
        configuration.routes().forEach(route -> routes.add(new Declared<>(nowhere, route)));
        return new Policy(
                rules.name(),
                host.interfaces(),
                routes,
                configuration.rules().stream()
                        .map(rule -> new Declared<>(nowhere, rule))
                        .toList(),
                host.sysctls(),
                List.of(ruleset),
                host.tests());
    }
}
