// SPDX-License-Identifier: Apache-2.0
package io.nfl.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.nfl.api.host.KernelProfile.BackEnd;
import io.nfl.compiler.Compilation;
import io.nfl.compiler.NflCompiler;
import io.nfl.ir.Policy;
import io.nfl.lang.Source;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The samples' own tests, and some that are for this alone, on this machine's kernel. */
@Tag("kernel")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SamplesOnKernelTest {
    static final Path SAMPLES = Path.of(System.getProperty("nfl.root", "../..")).resolve("samples");

    private static final List<BackEnd> BOTH = List.of(BackEnd.LEGACY, BackEnd.NFT);

    private KernelTests tests;

    @BeforeAll
    void open() throws KernelAccess.Refused, IOException, InterruptedException {
        tests = KernelTests.open(KernelAccess.find(BOTH), 8);
    }

    @AfterAll
    void close() throws IOException {
        tests.close();
    }

    static Policy policy(String sample) throws IOException {
        Path file = SAMPLES.resolve(sample).resolve("policy.nfl");
        return compiled(file.toString(), Files.readString(file));
    }

    static Policy compiled(String name, String text) {
        Compilation compilation = NflCompiler.compile(new Source(name, text), (importing, path) -> Optional.empty());
        assertThat(compilation.policy()).as("%s", compilation.diagnostics()).isPresent();
        return compilation.policy().orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bastion",
                "dmz",
                "dual-wan",
                "guest-network",
                "home-gateway",
                "host-firewall",
                "multi-homed",
                "ssh-ratelimit",
                "vpn-killswitch"
            })
    void aSamplePassesItsTestsOnBothBackEnds(String sample) throws IOException, InterruptedException {
        passes(policy(sample));
    }

    /** Lowered lists, ages of connections, errors, marks and links, rates, chance. */
    @ParameterizedTest
    @ValueSource(strings = {"ages", "balance", "errors", "families", "fragments", "lists", "marks", "pieces", "rates"})
    void aPolicyMadeForThisPassesItsTestsOnBothBackEnds(String name) throws IOException, InterruptedException {
        String file = name + ".nfl";
        try (InputStream text = Objects.requireNonNull(getClass().getResourceAsStream("policies/" + file))) {
            passes(compiled(file, new String(text.readAllBytes(), StandardCharsets.UTF_8)));
        }
    }

    /** What the referee keeps as policies. */
    @Test
    void theRefereesPoliciesPassTheirTestsOnBothBackEnds() throws IOException, InterruptedException {
        List<Path> files;
        try (Stream<Path> all = Files.list(SAMPLES.resolve("oracle/policies"))) {
            files = all.filter(file -> file.toString().endsWith(".nfl"))
                    .sorted()
                    .toList();
        }
        assertThat(files).isNotEmpty();
        for (Path file : files) {
            passes(compiled(file.toString(), Files.readString(file)));
        }
    }

    private void passes(Policy policy) throws IOException, InterruptedException {
        List<KernelVerdict> verdicts = tests.run(policy, policy.tests(), BOTH, verdict -> {});
        assertThat(verdicts).hasSize(2 * policy.tests().size());
        assertThat(verdicts.stream()
                        .filter(verdict -> !verdict.passed())
                        .map(verdict ->
                                verdict.test().name() + ", " + verdict.backEnd() + "\n" + VerdictText.of(verdict))
                        .collect(Collectors.joining("\n")))
                .isEmpty();
    }
}
