// SPDX-License-Identifier: Apache-2.0
package io.nfl.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.nfl.api.host.KernelProfile;
import io.nfl.api.net.Family;
import io.nfl.compiler.EngineReach;
import io.nfl.compiler.LoadedPolicy;
import io.nfl.compiler.LoadedPolicy.Execution;
import io.nfl.diag.Span;
import io.nfl.engine.choice.SeededChooser;
import io.nfl.engine.clock.SettableClock;
import io.nfl.engine.pipeline.Engine;
import io.nfl.engine.pipeline.EngineOptions;
import io.nfl.iptables.Scripts;
import io.nfl.kernel.outcome.CounterText;
import io.nfl.samples.Namespaces.Ended;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code balance} gives each of three servers its share of 30,000 flows, on the JVM as on the kernel. */
@Tag("kernel")
class LoadSharesTest {
    private static final int FLOWS = 30_000;
    private static final int SERVERS = 3;
    /** Two degrees of freedom: an even choice is above this once in a million times. */
    private static final double MOST = 27.6;

    private static final String POLICY = "samples/oracle/live/shares.nfl";
    private static final Pattern SHARE = Pattern.compile("\\[(\\d+):\\d+] .* DNAT --to-destination (\\S+)");

    @TempDir
    Path folder = Path.of("");

    @Test
    void thirtyThousandFlowsAreSharedEvenlyByBoth() throws IOException, InterruptedException {
        final StringBuilder figures = new StringBuilder();
        report("JVM", jvm(), figures);
        for (final String backEnd : new String[] {"legacy", "nft"}) {
            report("kernel, " + backEnd, kernel(backEnd), figures);
        }
        System.out.print(figures);
        Files.writeString(Path.of("target", "load-shares.txt"), figures.toString());
    }

    private static void report(String who, Map<String, Long> shares, StringBuilder figures) {
        assertThat(shares).as(who).hasSize(SERVERS);
        assertThat(shares.values().stream().mapToLong(Long::longValue).sum())
                .as(who)
                .isEqualTo(FLOWS);
        final double expected = (double) FLOWS / SERVERS;
        final double chiSquare = shares.values().stream()
                .mapToDouble(n -> (n - expected) * (n - expected) / expected)
                .sum();
        figures.append(String.format(Locale.ROOT, "%-15s %s chi-square %.2f%n", who, shares, chiSquare));
        assertThat(chiSquare).as(who + " " + shares).isLessThan(MOST);
    }

    private static Map<String, Long> shares(Stream<String> rules) {
        final Map<String, Long> shares = new TreeMap<>();
        rules.forEach(rule -> {
            final Matcher matcher = SHARE.matcher(rule);
            if (matcher.matches()) {
                shares.merge(matcher.group(2), Long.parseLong(matcher.group(1)), Long::sum);
            }
        });
        return shares;
    }

    private Map<String, Long> kernel(String backEnd) throws IOException, InterruptedException {
        final Path scripts = Files.createDirectory(folder.resolve(backEnd));
        Samples.write(Scripts.of(Samples.compileFile(POLICY), false), scripts);
        final Ended ended = Namespaces.run(
                folder,
                "bash",
                Samples.ROOT.resolve("samples/oracle/live/load_shares.sh").toString(),
                scripts.toString(),
                Integer.toString(FLOWS),
                backEnd);
        assertThat(ended.status()).as(ended.output()).isZero();
        return shares(ended.output().lines());
    }

    private static Map<String, Long> jvm() throws IOException {
        final LoadedPolicy policy = EngineReach.load(
                        Samples.compileFile(POLICY), Span.NONE, KernelProfile.MEASURED, Execution.BYTECODE)
                .value()
                .orElseThrow();
        final Engine engine = Engine.of(
                policy, new SettableClock(), new SeededChooser(4), EngineOptions.SILENT, (device, bytes, length) -> {});
        // 203.0.113.1 to 203.0.113.2:5353, UDP without data and without a checksum
        final byte[] packet = HexFormat.of().parseHex("4500001c00000000401102cdcb007101cb007102000014e900080000");
        for (int flow = 0; flow < FLOWS; flow++) {
            ByteBuffer.wrap(packet).putShort(20, (short) (10_000 + flow));
            engine.receive("eth0", packet, 0, packet.length);
        }
        return shares(
                CounterText.lines(
                        policy.rules(Family.IPV4),
                        engine.classifier(Family.IPV4).orElseThrow())
                        .stream());
    }
}
