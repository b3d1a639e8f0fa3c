// SPDX-License-Identifier: Apache-2.0
package io.nfl.benchmarks;

import io.nfl.api.classify.Classifier;
import io.nfl.api.net.AddressMask;
import io.nfl.api.net.Hook;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.IpProtocol;
import io.nfl.api.net.PortRange;
import io.nfl.api.net.Prefix;
import io.nfl.diag.Span;
import io.nfl.ir.Chain;
import io.nfl.ir.Invertible;
import io.nfl.ir.IpHeaderMatch;
import io.nfl.ir.Match;
import io.nfl.ir.Rule;
import io.nfl.ir.RuleOrigin;
import io.nfl.ir.Ruleset;
import io.nfl.ir.TableRules;
import io.nfl.ir.Target;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** Filter sets and traces in ClassBench's format (Taylor and Turner, 2007) as the FORWARD chain of a ruleset. */
final class ClassBench {
    /** Five numbers of a trace line. */
    record Header(int source, int destination, int sourcePort, int destinationPort, int protocol) {}

    private ClassBench() {}

    /** @param most rules beyond it are left out */
    static Ruleset rules(final Path gzip, final int most) throws IOException {
        final List<Rule> rules = new ArrayList<>();
        try (BufferedReader lines = open(gzip)) {
            for (String line = lines.readLine(); line != null && rules.size() < most; line = lines.readLine()) {
                rules.add(rule(line, gzip.getFileName().toString(), rules.size() + 1));
            }
        }
        final List<Chain> chains = List.of(
                Chain.builtIn(Hook.INPUT, true, List.of()),
                Chain.builtIn(Hook.FORWARD, true, rules),
                Chain.builtIn(Hook.OUTPUT, true, List.of()));
        return new Ruleset(io.nfl.api.net.Family.IPV4, List.of(new TableRules(io.nfl.api.net.Table.FILTER, chains)));
    }

    private static BufferedReader open(final Path gzip) throws IOException {
        return new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(gzip)), StandardCharsets.US_ASCII));
    }

    private static Rule rule(final String line, final String file, final int number) {
        final String[] fields = line.substring(1).split("\\s+|(?<=\\d) : (?=\\d)", -1);
        IpHeaderMatch header = IpHeaderMatch.ANY
                .withSource(Invertible.is(AddressMask.of(prefix(fields[0]))))
                .withDestination(Invertible.is(AddressMask.of(prefix(fields[1]))));
        final String[] protocol = fields[8].split("/", -1);
        final List<Match> matches = new ArrayList<>();
        if (Integer.decode(protocol[1]) != 0) {
            final int value = Integer.decode(protocol[0]);
            header = header.withProtocol(Invertible.is(value));
            final var source = ports(fields[2], fields[4]);
            final var destination = ports(fields[5], fields[7]);
            if (value == IpProtocol.TCP.number()) {
                matches.add(new Match.Tcp(source, destination, Optional.empty(), Optional.empty()));
            } else if (value == IpProtocol.UDP.number()) {
                matches.add(new Match.Ports(Match.PortProtocol.UDP, source, destination));
            }
        }
        final Target target = number % 2 == 0 ? new Target.Accept() : new Target.Drop();
        return Rule.of(RuleOrigin.of(Span.ofLine(file, number)), header, matches, target);
    }

    private static Prefix prefix(final String text) {
        final int slash = text.indexOf('/');
        return Prefix.containing(
                IpAddress.parse(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
    }

    private static Optional<Invertible<PortRange>> ports(final String low, final String high) {
        final PortRange range = new PortRange(Integer.parseInt(low), Integer.parseInt(high));
        return range.equals(PortRange.ALL) ? Optional.empty() : Optional.of(Invertible.is(range));
    }

    static List<Header> trace(final Path gzip) throws IOException {
        final List<Header> trace = new ArrayList<>();
        try (BufferedReader lines = open(gzip)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                final String[] fields = line.split("\\s+", -1);
                trace.add(new Header(
                        Integer.parseUnsignedInt(fields[0]),
                        Integer.parseUnsignedInt(fields[1]),
                        Integer.parseInt(fields[2]),
                        Integer.parseInt(fields[3]),
                        Integer.parseInt(fields[4])));
            }
        }
        return trace;
    }

    /** Packets that rules hit, for a comparison of two classifiers. */
    static long hits(final Classifier classifier) {
        long hits = 0;
        for (int rule = 0; rule < classifier.layout().size(); rule++) {
            hits = hits * 31 + classifier.packets(rule);
        }
        return hits;
    }
}
