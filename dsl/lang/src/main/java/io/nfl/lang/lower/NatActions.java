// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.lower;

import io.nfl.api.classify.NatRange;
import io.nfl.api.classify.StateSpec;
import io.nfl.api.net.AddressRange;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.PortRange;
import io.nfl.api.net.Prefix;
import io.nfl.diag.Code;
import io.nfl.diag.Span;
import io.nfl.ir.Match;
import io.nfl.ir.Target;
import io.nfl.lang.nfl.Address;
import io.nfl.lang.nfl.AddressLiteral;
import io.nfl.lang.nfl.AddressName;
import io.nfl.lang.nfl.Balance;
import io.nfl.lang.nfl.Dnat;
import io.nfl.lang.nfl.Masquerade;
import io.nfl.lang.nfl.Netmap;
import io.nfl.lang.nfl.Redirect;
import io.nfl.lang.nfl.Snat;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import org.eclipse.emf.ecore.EObject;
import org.jspecify.annotations.Nullable;

/** NAT actions: their ranges, ports and flags, and the shares of {@code balance}. */
final class NatActions {
    private static final Set<Family> BOTH = Set.of(Family.values());
    private static final long RANDOM_SCALE = 1L << 31;

    private final Findings findings;
    private final Numbers numbers;
    private final Addresses addresses;

    NatActions(final Findings findings, final Numbers numbers, final Addresses addresses) {
        this.findings = findings;
        this.numbers = numbers;
        this.addresses = addresses;
    }

    /** One place that NAT may lead to. */
    private record Destination(AddressRange addresses, Optional<PortRange> ports) {}

    private Body body(final EObject at, final List<Body.Line> lines, final Set<Family> families, final boolean ports) {
        return new Body(findings.spans().firstWord(at), lines, families, ports, Body.Ending.TERMINAL);
    }

    private Body one(final EObject at, final Target target, final Set<Family> families, final boolean ports) {
        return body(at, List.of(new Body.Line(List.of(), target)), families, ports);
    }

    private static NatRange range(
            final Optional<AddressRange> to,
            final Optional<PortRange> ports,
            final OptionalInt base,
            final List<String> flags) {
        return new NatRange(
                to,
                ports,
                base,
                flags.contains("random"),
                flags.contains("random-fully"),
                flags.contains("persistent"));
    }

    Body masquerade(final Masquerade action) {
        final Optional<PortRange> ports = ports(action.getPorts());
        return one(
                action,
                new Target.Masquerade(range(Optional.empty(), ports, OptionalInt.empty(), action.getFlags())),
                BOTH,
                ports.isPresent());
    }

    Body redirect(final Redirect action) {
        final Optional<PortRange> ports = ports(action.getPorts());
        return one(
                action,
                new Target.Redirect(range(Optional.empty(), ports, OptionalInt.empty(), action.getFlags())),
                BOTH,
                ports.isPresent());
    }

    private Optional<PortRange> ports(final io.nfl.lang.nfl.@Nullable PortRange written) {
        return written == null ? Optional.empty() : numbers.ports(written, "tcp");
    }

    Body snat(final Snat action, final Family family) {
        final List<Destination> all = destinations(action.getTarget());
        if (all.stream()
                        .filter(each -> each.addresses().low().family() == family)
                        .count()
                > 1) {
            findings.report(
                    Code.VALUE_AMBIGUOUS, action.getTarget(), "`snat` leads to one address or one range of them");
        }
        return lines(
                action,
                all,
                family,
                each -> new Target.Snat(
                        range(Optional.of(each.addresses()), each.ports(), OptionalInt.empty(), action.getFlags())));
    }

    Body dnat(final Dnat action, final Family family) {
        final List<Destination> all = new ArrayList<>();
        for (final Address target : action.getTargets()) {
            all.addAll(destinations(target));
        }
        final OptionalInt base = action.getBase() == null
                ? OptionalInt.empty()
                : OptionalInt.of(numbers.integer(action, action.getBase(), "a port", 0, 0xFFFF));
        final boolean shifts = all.stream()
                .allMatch(each -> each.ports().map(ports -> !ports.isSingle()).orElse(false));
        if (base.isPresent() && !shifts) {
            findings.report(
                    Code.VALUE_RANGE,
                    action,
                    "`base` goes with a range of ports",
                    "`dnat to A:5000-5010 base 6000` sends 6000 to 5000, 6001 to 5001 and so on");
        }
        final long mine = all.stream()
                .filter(each -> each.addresses().low().family() == family)
                .count();
        final Function<Destination, Target> target =
                each -> new Target.Dnat(range(Optional.of(each.addresses()), each.ports(), base, action.getFlags()));
        final Balance balance = action.getBalance();
        if (balance == null) {
            if (mine > 1) {
                findings.report(
                        Code.VALUE_AMBIGUOUS,
                        action,
                        "`dnat` to several addresses needs `balance`",
                        "without it the first would take all");
            }
            return lines(action, all, family, target);
        }
        return balanced(action, all, family, target, "round-robin".equals(balance.getMode()));
    }

    Body netmap(final Netmap action, final Family family) {
        final Optional<Prefix> prefix = addresses.prefix(action.getTarget());
        final Prefix network = prefix.orElse(Prefix.all(family));
        return one(action, new Target.Netmap(network), Set.of(network.family()), false);
    }

    private Body lines(
            final EObject at,
            final List<Destination> all,
            final Family family,
            final Function<Destination, Target> target) {
        final List<Body.Line> lines = new ArrayList<>();
        boolean ports = false;
        for (final Destination each : all) {
            if (each.addresses().low().family() == family && lines.isEmpty()) {
                lines.add(new Body.Line(List.of(), target.apply(each)));
                ports = each.ports().isPresent();
            }
        }
        return body(at, lines, families(all), ports);
    }

    /**
     * Shares among n: the first takes 1/n, the next 1/(n-1) of the rest, the last all that is left. By turns, the first
     * of every n begins, and each later rule sees only what the earlier ones left.
     */
    private Body balanced(
            final EObject at,
            final List<Destination> all,
            final Family family,
            final Function<Destination, Target> target,
            final boolean roundRobin) {
        final List<Destination> mine = all.stream()
                .filter(each -> each.addresses().low().family() == family)
                .toList();
        final Span span = findings.span(at);
        final List<Body.Line> lines = new ArrayList<>();
        boolean ports = false;
        for (int i = 0; i < mine.size(); i++) {
            final int left = mine.size() - i;
            final List<Test> tests = new ArrayList<>();
            if (left > 1) {
                final StateSpec share = roundRobin
                        ? new StateSpec.Nth(left, 0, false)
                        : new StateSpec.Random(Math.round((double) RANDOM_SCALE / left), false);
                tests.add(new Test.Extension(span, new Match.Stateful(share), Optional.empty()));
            }
            lines.add(new Body.Line(tests, target.apply(mine.get(i))));
            ports |= mine.get(i).ports().isPresent();
        }
        return body(at, lines, families(all), ports);
    }

    private static Set<Family> families(final List<Destination> all) {
        final Set<Family> families = EnumSet.noneOf(Family.class);
        all.forEach(each -> families.add(each.addresses().low().family()));
        return families;
    }

    private List<Destination> destinations(final Address written) {
        final Optional<PortRange> ports = ports(portsOf(written));
        final List<Destination> all = new ArrayList<>();
        for (final Addresses.Term term : addresses.terms(written)) {
            if (term instanceof Addresses.Term.Ranged ranged) {
                all.add(new Destination(ranged.range(), ports));
            } else if (term instanceof Addresses.Term.Masked masked) {
                final IpAddress mask = masked.mask().mask();
                if (mask.prefixLength() != mask.family().bits()) {
                    findings.report(
                            Code.VALUE_ADDRESS,
                            written,
                            "`" + masked.mask() + "` is a network, NAT leads to an address or a range",
                            "`netmap` maps a network");
                }
                final IpAddress address = masked.mask().value();
                all.add(new Destination(new AddressRange(address, address), ports));
            } else {
                findings.report(Code.VALUE_ADDRESS, written, "NAT leads to an address or a range");
            }
        }
        return all;
    }

    private static io.nfl.lang.nfl.@Nullable PortRange portsOf(final Address written) {
        if (written instanceof AddressLiteral literal) {
            return literal.getPorts();
        }
        return written instanceof AddressName name ? name.getPorts() : null;
    }
}
