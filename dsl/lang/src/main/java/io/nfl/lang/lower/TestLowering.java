// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.lower;

import io.nfl.api.net.Family;
import io.nfl.api.net.TcpFlags;
import io.nfl.diag.Code;
import io.nfl.ir.IcmpNames;
import io.nfl.ir.test.Outcome;
import io.nfl.ir.test.PacketSpec;
import io.nfl.ir.test.PacketSpec.Transport;
import io.nfl.ir.test.ReplyKind;
import io.nfl.ir.test.Step;
import io.nfl.ir.test.TestCase;
import io.nfl.lang.nfl.Element;
import io.nfl.lang.nfl.Given;
import io.nfl.lang.nfl.IcmpVersion;
import io.nfl.lang.nfl.Link;
import io.nfl.lang.nfl.PolicyFile;
import io.nfl.lang.nfl.Repeat;
import io.nfl.lang.nfl.Reply;
import io.nfl.lang.nfl.Send;
import io.nfl.lang.nfl.Wait;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Tests, resolved. */
final class TestLowering {
    private static final int MAX_REPEAT = 1_000_000;
    /** The engine's clock counts nanoseconds in 63 bits: 292 years. */
    private static final int MAX_WAIT_DAYS = 366;

    private final Findings findings;
    private final Numbers numbers;
    private final Words words;
    private final PacketLowering packets;
    private final OutcomeLowering outcomes;
    private final IcmpTests icmp;
    private final RouteLowering tables;

    TestLowering(
            final Findings findings,
            final Numbers numbers,
            final Addresses addresses,
            final Words words,
            final HostLowering.Host host) {
        this.findings = findings;
        this.numbers = numbers;
        this.tables = host.tables();
        this.icmp = new IcmpTests(findings, numbers);
        this.words = words;
        this.packets = new PacketLowering(findings, numbers, addresses, words, tables);
        this.outcomes = new OutcomeLowering(findings, numbers, addresses, words, tables);
    }

    List<TestCase> lower(final List<PolicyFile> files) {
        new RuleNames(findings).check(files);
        final List<TestCase> all = new ArrayList<>();
        for (final PolicyFile file : files) {
            for (final Element element : file.getElements()) {
                if (element instanceof io.nfl.lang.nfl.Test test) {
                    family = Optional.empty();
                    transport = Optional.empty();
                    all.add(new TestCase(findings.span(test), test.getName(), steps(test.getSteps())));
                }
            }
        }
        return all;
    }

    /** The family of the conversation goes on from packet to packet: replies have no addresses of their own. */
    private Optional<Family> family = Optional.empty();

    /** Its protocol likewise. */
    private Optional<Transport> transport = Optional.empty();

    private List<Step> steps(final List<io.nfl.lang.nfl.Step> written) {
        final List<Step> steps = new ArrayList<>();
        for (final io.nfl.lang.nfl.Step each : written) {
            step(each).ifPresent(steps::add);
        }
        return steps;
    }

    private Optional<Step> step(final io.nfl.lang.nfl.Step step) {
        if (step instanceof Send send) {
            return send(send);
        }
        if (step instanceof Reply reply) {
            return reply(reply);
        }
        if (step instanceof Wait wait) {
            return Optional.of(
                    bounded(wait, new Step.Wait(findings.span(wait), numbers.duration(wait, wait.getTime()))));
        }
        if (step instanceof Repeat repeat) {
            final int count = numbers.integer(repeat, repeat.getCount(), "a count", 1, MAX_REPEAT);
            return Optional.of(
                    bounded(repeat, new Step.Repeat(findings.span(repeat), count, steps(repeat.getSteps()))));
        }
        if (step instanceof Link link) {
            return tables.device(link.getDevice())
                    .map(device -> new Step.Link(
                            findings.span(link), device, link.getState().equals("up")));
        }
        if (step instanceof Given) {
            findings.unsupported(step, "`given`");
        }
        return Optional.empty();
    }

    private Step bounded(final io.nfl.lang.nfl.Step written, final Step step) {
        if (seconds(step) > Duration.ofDays(MAX_WAIT_DAYS).toSeconds()) {
            findings.report(Code.VALUE_NUMBER, written, "a test waits at most " + MAX_WAIT_DAYS + " days at a time");
        }
        return step;
    }

    /** How long it waits; a double, because nested repeats of a slip overflow all else. */
    private static double seconds(final Step step) {
        if (step instanceof Step.Wait wait) {
            return wait.duration().toSeconds();
        }
        return step instanceof Step.Repeat repeat
                ? repeat.count()
                        * repeat.steps().stream()
                                .mapToDouble(TestLowering::seconds)
                                .sum()
                : 0;
    }

    private Optional<Step> send(final Send send) {
        final PacketLowering.Packet packet = packets.lower(send, send.getPacket());
        if (send.isLocal() == packet.device().isPresent()) {
            findings.report(
                    Code.VALUE_WORD,
                    send,
                    send.isLocal() ? "what this host sends comes in nowhere" : "a packet arrives somewhere",
                    "`send in wan …`, or `send local …`");
            return Optional.empty();
        }
        OptionalInt uid = OptionalInt.empty();
        if (send.getUid() != null) {
            uid = OptionalInt.of(numbers.integer(send, send.getUid(), "a user id", 0, Integer.MAX_VALUE));
        } else if (send.getUser() != null) {
            uid = words.account(send, send.getUser(), false)
                    .map(OptionalInt::of)
                    .orElse(OptionalInt.empty());
        }
        final OptionalInt user = uid;
        return packet.spec().map(spec -> {
            family = Optional.of(spec.source().family());
            transport = Optional.of(spec.transport());
            final List<Outcome> expected =
                    outcomes.lower(send.getExpect(), spec.source().family());
            return new Step.Send(findings.span(send), packet.device(), user, spec, expected);
        });
    }

    private Optional<Step> reply(final Reply reply) {
        if (family.isEmpty()) {
            findings.report(Code.VALUE_WORD, reply, "there is nothing before it to reply to");
            return Optional.empty();
        }
        final PacketSpec.Fields fields = packets.answer(reply, transport, family.get());
        return Optional.of(new Step.Reply(
                findings.span(reply), kind(reply), fields, outcomes.lower(reply.getExpect(), family.get())));
    }

    private ReplyKind kind(final Reply reply) {
        if (reply.getError() != null) {
            final IcmpVersion version = family.equals(Optional.of(Family.IPV6)) ? IcmpVersion.ICMPV6 : IcmpVersion.ICMP;
            final Optional<IcmpNames.TypeAndCode> type = icmp.parse(version, reply.getError());
            return type.<ReplyKind>map(each -> new ReplyKind.IcmpError(each.type(), each.codeLow()))
                    .orElse(new ReplyKind.Plain());
        }
        if (reply.getKind() == null) {
            return new ReplyKind.Plain();
        }
        return new ReplyKind.Tcp(
                switch (reply.getKind()) {
                    case "rst" -> TcpFlags.RST;
                    case "fin" -> TcpFlags.FIN | TcpFlags.ACK;
                    default -> TcpFlags.ACK;
                });
    }
}
