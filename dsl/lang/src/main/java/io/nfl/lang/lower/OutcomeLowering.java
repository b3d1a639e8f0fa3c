// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.lower;

import io.nfl.api.classify.RejectWith;
import io.nfl.api.host.RoutingTables;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.diag.Code;
import io.nfl.diag.Span;
import io.nfl.ir.DevicePattern;
import io.nfl.ir.test.Outcome;
import io.nfl.lang.nfl.Address;
import io.nfl.lang.nfl.AddressLiteral;
import io.nfl.lang.nfl.AddressName;
import io.nfl.lang.nfl.CheckBy;
import io.nfl.lang.nfl.CheckCounted;
import io.nfl.lang.nfl.CheckCt;
import io.nfl.lang.nfl.CheckDscp;
import io.nfl.lang.nfl.CheckFrom;
import io.nfl.lang.nfl.CheckLogged;
import io.nfl.lang.nfl.CheckMark;
import io.nfl.lang.nfl.CheckOut;
import io.nfl.lang.nfl.CheckTable;
import io.nfl.lang.nfl.CheckTo;
import io.nfl.lang.nfl.CheckTtl;
import io.nfl.lang.nfl.CheckVia;
import io.nfl.lang.nfl.Expectation;
import io.nfl.lang.nfl.RouteTable;
import io.nfl.lang.nfl.util.NflSwitch;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What tests expect: outcomes and their checks. */
final class OutcomeLowering {
    private static final List<Outcome.Answer.Icmp> STACK_ANSWERS = List.of(
            new Outcome.Answer.Icmp("ttl-exceeded", 11, 0, 3, 0),
            new Outcome.Answer.Icmp("fragmentation-needed", 3, 4, 2, 0),
            new Outcome.Answer.Icmp("packet-too-big", 3, 4, 2, 0));

    private final Findings findings;
    private final Numbers numbers;
    private final Addresses addresses;
    private final Words words;
    private final RouteLowering tables;

    OutcomeLowering(
            final Findings findings,
            final Numbers numbers,
            final Addresses addresses,
            final Words words,
            final RouteLowering tables) {
        this.findings = findings;
        this.numbers = numbers;
        this.addresses = addresses;
        this.words = words;
        this.tables = tables;
    }

    List<Outcome> lower(final @Nullable Expectation expected, final Family family) {
        if (expected == null) {
            return List.of();
        }
        final List<Outcome> all = new ArrayList<>();
        for (final io.nfl.lang.nfl.Outcome each : expected.getOutcomes()) {
            if (each.getKind() != null) {
                all.add(outcome(each, family));
            }
        }
        return all;
    }

    private Outcome outcome(final io.nfl.lang.nfl.Outcome written, final Family family) {
        final List<Outcome.Check> checks = new ArrayList<>();
        final CheckCase cases = new CheckCase(family);
        for (final io.nfl.lang.nfl.Check check : written.getChecks()) {
            Optional.ofNullable(cases.doSwitch(check)).ifPresent(checks::add);
        }
        final Outcome.Kind kind = Outcome.Kind.valueOf(written.getKind().toUpperCase(Locale.ROOT));
        return new Outcome(findings.span(written), kind, answer(written), checks);
    }

    private Optional<Outcome.Answer> answer(final io.nfl.lang.nfl.Outcome written) {
        final String name = written.getAnswer();
        if (name == null) {
            return Optional.empty();
        }
        for (final RejectWith with : RejectWith.values()) {
            if (with.label().equals(name)) {
                return Optional.of(new Outcome.Answer.Rejected(with));
            }
        }
        final Optional<Outcome.Answer> stack = STACK_ANSWERS.stream()
                .filter(each -> each.name().equals(name))
                .<Outcome.Answer>map(each -> each)
                .findFirst();
        if (stack.isEmpty()) {
            findings.report(Code.VALUE_WORD, written, "nobody answers with `" + name + "`");
        }
        return stack;
    }

    /** One case for each check. */
    private final class CheckCase extends NflSwitch<Outcome.Check> {
        private final Family family;

        private CheckCase(final Family family) {
            this.family = family;
        }

        @Override
        public Outcome.Check caseCheckOut(final CheckOut check) {
            return new Outcome.Check.Out(
                    findings.span(check),
                    words.devices(check.getDevices()).stream()
                            .map(DevicePattern::toString)
                            .collect(Collectors.toSet()));
        }

        @Override
        public Outcome.Check caseCheckFrom(final CheckFrom check) {
            return new Outcome.Check.From(findings.span(check), endpoint(check.getAddress()));
        }

        @Override
        public Outcome.Check caseCheckTo(final CheckTo check) {
            return new Outcome.Check.To(
                    findings.span(check),
                    check.getAddresses().stream().map(this::endpoint).toList());
        }

        private Outcome.Endpoint endpoint(final Address written) {
            final io.nfl.lang.nfl.PortRange ports;
            if (written instanceof AddressLiteral literal) {
                ports = literal.getPorts();
            } else {
                ports = written instanceof AddressName name ? name.getPorts() : null;
            }
            final OptionalInt port = ports == null
                    ? OptionalInt.empty()
                    : numbers.ports(ports, "tcp").stream()
                            .mapToInt(io.nfl.api.net.PortRange::low)
                            .findFirst();
            return new Outcome.Endpoint(addresses.host(written, Optional.of(family)), port);
        }

        @Override
        public Outcome.Check caseCheckMark(final CheckMark check) {
            final Words.Masked mark = words.mark(check.getValue());
            return check.getWhat().equals("connmark")
                    ? new Outcome.Check.Connmark(findings.span(check), mark.value(), mark.mask())
                    : new Outcome.Check.Mark(findings.span(check), mark.value(), mark.mask());
        }

        @Override
        public Outcome.Check caseCheckTtl(final CheckTtl check) {
            return new Outcome.Check.Ttl(findings.span(check), numbers.integer(check, check.getTtl(), "a ttl", 0, 255));
        }

        @Override
        public Outcome.Check caseCheckDscp(final CheckDscp check) {
            return new Outcome.Check.Dscp(findings.span(check), words.dscp(check, check.getDscp()));
        }

        @Override
        public Outcome.Check caseCheckCt(final CheckCt check) {
            return new Outcome.Check.Ct(findings.span(check), CtTests.states(check.getStates()));
        }

        @Override
        public Outcome.@Nullable Check caseCheckVia(final CheckVia check) {
            final Optional<IpAddress> gateway = addresses.host(check.getGateway(), Optional.of(family));
            return gateway.map(each -> new Outcome.Check.Via(findings.span(check), each))
                    .orElse(null);
        }

        @Override
        public Outcome.Check caseCheckTable(final CheckTable check) {
            final int number = check.getTable() instanceof RouteTable table ? tables.number(table) : RoutingTables.MAIN;
            return new Outcome.Check.Table(findings.span(check), number);
        }

        @Override
        public Outcome.Check caseCheckLogged(final CheckLogged check) {
            return new Outcome.Check.Logged(findings.span(check), check.getPrefix());
        }

        @Override
        public Outcome.Check caseCheckCounted(final CheckCounted check) {
            final long packets = numbers.number(check, check.getPackets(), "a number of packets", 0, Long.MAX_VALUE)
                    .orElse(0);
            return new Outcome.Check.Counted(findings.span(check), packets, check.getRule());
        }

        @Override
        public Outcome.Check caseCheckBy(final CheckBy check) {
            final Span span = findings.span(check);
            if (check.getRule() != null) {
                return new Outcome.Check.ByRule(span, check.getRule());
            }
            return switch (check.getCause()) {
                case "policy" -> new Outcome.Check.ByPolicy(span);
                case "routing" -> new Outcome.Check.ByRouting(span);
                default -> new Outcome.Check.ByReversePathFilter(span);
            };
        }
    }
}
