// SPDX-License-Identifier: Apache-2.0
package io.nfl.iptables;

import io.nfl.api.host.InterfaceAddress;
import io.nfl.api.host.Route;
import io.nfl.api.host.RoutingRule;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.diag.Diagnostic;
import io.nfl.diag.Result;
import io.nfl.diag.Span;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads {@code ip route}, {@code ip rule} and {@code ip address} commands, one a line, with or without {@code ip} in
 * front, as {@code ip -batch} takes them. A line that cannot be taken over is a diagnostic; with one there is no
 * configuration.
 */
public final class IpCommandReader {
    private final List<Route> routes = new ArrayList<>();
    private final List<RoutingRule> rules = new ArrayList<>();
    private final Map<String, List<InterfaceAddress>> addresses = new LinkedHashMap<>();

    private IpCommandReader() {}

    /** @param file named in diagnostics */
    public static Result<IpConfiguration> read(final String file, final List<String> lines) {
        final IpCommandReader reader = new IpCommandReader();
        final List<Diagnostic> found = new ArrayList<>();
        int number = 0;
        for (final String line : lines) {
            number++;
            try {
                reader.line(line.strip());
            } catch (final Refusal e) {
                found.add(Diagnostic.of(e.code(), Span.ofLine(file, number), e.text()));
            }
        }
        return found.isEmpty()
                ? Result.of(new IpConfiguration(reader.routes, reader.rules, reader.addresses), List.of())
                : Result.failed(found);
    }

    private void line(final String line) throws Refusal {
        final Words words = Words.split(line);
        if (line.startsWith("#") || !words.hasNext()) {
            return;
        }
        words.take("ip");
        Optional<Family> family = Optional.empty();
        while (words.peek().startsWith("-")) {
            family = Optional.of(family(words.next()));
        }
        final String object = words.value("ip");
        final String command = words.hasNext() ? words.next() : "show";
        switch (object) {
            case "route", "ro", "r" -> route(command, family, words);
            case "rule", "ru" -> rule(command, family, words);
            case "address", "addr", "a" -> address(command, words);
            default -> throw Refusal.unsupported("`ip " + object + "` is not supported");
        }
    }

    private static Family family(final String option) throws Refusal {
        return switch (option) {
            case "-4" -> Family.IPV4;
            case "-6" -> Family.IPV6;
            default -> throw Refusal.unsupported("the option `" + option + "` of ip is not supported");
        };
    }

    private void route(final String command, final Optional<Family> family, final Words words) throws Refusal {
        if (!List.of("add", "append", "replace").contains(command)) {
            throw Refusal.unsupported("`ip route " + command + "` is not supported");
        }
        route(command, new IpRouteReader(family, words).read());
    }

    private void route(final String command, final Route route) throws Refusal {
        final List<Route> same =
                routes.stream().filter(other -> isSame(other, route)).toList();
        switch (command) {
            case "add" -> {
                if (!same.isEmpty()) {
                    throw Refusal.syntax("the route to " + route.destination() + " is there already");
                }
                routes.add(route);
            }
            case "append" -> routes.add(route);
            default -> {
                if (same.isEmpty()) {
                    routes.add(route);
                } else {
                    routes.set(routes.indexOf(same.get(0)), route);
                }
            }
        }
    }

    private static boolean isSame(final Route one, final Route other) {
        return one.destination().equals(other.destination())
                && one.table() == other.table()
                && one.metric() == other.metric()
                && one.tos() == other.tos();
    }

    private void rule(final String command, final Optional<Family> family, final Words words) throws Refusal {
        if (!command.equals("add")) {
            throw Refusal.unsupported("`ip rule " + command + "` is not supported");
        }
        rules.add(new IpRuleReader(family, words, this::nextPriority).read());
    }

    /** {@code fib_default_rule_pref}: one less than the second rule in the list. */
    private long nextPriority(final Family family) {
        final List<Long> priorities = new ArrayList<>(List.of(0L, 32_766L));
        rules.stream().filter(rule -> rule.family() == family).forEach(rule -> priorities.add(rule.priority()));
        priorities.sort(Comparator.naturalOrder());
        return Math.max(0, priorities.get(1) - 1);
    }

    private void address(final String command, final Words words) throws Refusal {
        if (!command.equals("add")) {
            throw Refusal.unsupported("`ip address " + command + "` is not supported");
        }
        final String text = words.value("address add");
        final String[] parts = text.split("/", 2);
        final Family family = parts[0].contains(":") ? Family.IPV6 : Family.IPV4;
        final IpAddress local = Values.address(family, parts[0]);
        final int length = parts.length == 1 ? family.bits() : Values.integer(parts[1], 0, family.bits());
        String device = "";
        while (words.hasNext()) {
            final String word = words.next();
            switch (word) {
                case "dev" -> device = words.value(word);
                case "nodad" -> {}
                default -> throw Refusal.unsupported("`" + word + "` of ip address is not supported");
            }
        }
        if (device.isEmpty()) {
            throw Refusal.syntax("`ip address add` needs a device");
        }
        IpConfiguration.plus(addresses, device, new InterfaceAddress(local, length));
    }
}
