// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli.test;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.nfl.api.host.KernelProfile.BackEnd;
import io.nfl.cli.PolicyInput;
import io.nfl.compiler.LoadedPolicy.Execution;
import io.nfl.diag.Code;
import io.nfl.diag.Diagnostic;
import io.nfl.ir.test.TestCase;
import io.nfl.kernel.Difference;
import io.nfl.kernel.KernelVerdict;
import io.nfl.lang.Source;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A kernel that does otherwise than the JVM, as each format tells it. */
class KernelResultsTest {
    private static final String POLICY = """
            families ipv4
            interface lan = eth1 { address 192.168.1.1/24 }
            filter input policy drop { accept in lan tcp dport ssh }
            test "ssh is open" { send in lan tcp syn from 192.168.1.2:1 to lan.address:22 expect deliver }
            """;
    private static final Difference VERDICT = new Difference(0, -1, "verdict", "dropped in INPUT", "delivered", "");

    private PolicyTests jvm =
            PolicyTests.run(new PolicyInput(), new Source("policy.nfl", POLICY), Execution.BYTECODE, "");

    private PolicyTests with(Optional<Diagnostic> kernel, Optional<Diagnostic> alone, List<Difference> differences) {
        TestCase test = jvm.cases().get(0);
        return jvm.with(List.of(new KernelVerdict(
                test, BackEnd.NFT, Optional.empty(), kernel, alone, differences, List.of("one  ! the other"), 5)));
    }

    private Optional<Diagnostic> dropped() {
        return Optional.of(Diagnostic.of(
                Code.TEST_FAILED, jvm.cases().get(0).span(), "the packet is dropped by policy of filter INPUT"));
    }

    private static String text(PolicyTests tests) {
        StringWriter out = new StringWriter();
        new TextResults(new PrintWriter(out), false, false).tell(tests);
        return out.toString();
    }

    @BeforeEach
    void passesOnTheJvm() {
        assertThat(jvm.failed()).isZero();
    }

    @Test
    void textTellsWhoPassesAndBothStories() {
        assertThat(text(with(dropped(), Optional.empty(), List.of(VERDICT)))).contains("""
                FAIL  ssh is open (kernel, nft)
                  JVM passes, kernel (nft) fails: policy.nfl:4:1: the packet is dropped by policy of filter INPUT
                  verdict: kernel dropped in INPUT, JVM delivered
                  one  ! the other
                """);
    }

    @Test
    void textTellsThatTheTestDoesNotAskForWhatDiffers() {
        assertThat(text(with(Optional.empty(), Optional.empty(), List.of(VERDICT))))
                .contains("  JVM and kernel (nft) pass, but differ in what the test does not ask for\n");
    }

    @Test
    void textTellsThatTheKernelAlonePasses() {
        assertThat(text(with(Optional.empty(), dropped(), List.of(VERDICT))))
                .contains("  kernel (nft) passes, JVM fails: policy.nfl:4:1: the packet is dropped");
    }

    @Test
    void jsonTellsBothJudgements() {
        JsonObject told = JsonParser.parseString(
                        JsonResults.render(List.of(with(dropped(), Optional.empty(), List.of(VERDICT))), false))
                .getAsJsonObject()
                .getAsJsonArray("policies")
                .get(0)
                .getAsJsonObject()
                .getAsJsonArray("tests")
                .get(0)
                .getAsJsonObject()
                .getAsJsonArray("kernel")
                .get(0)
                .getAsJsonObject();
        assertThat(told.get("passed").getAsBoolean()).isFalse();
        assertThat(told.get("kernelPassed").getAsBoolean()).isFalse();
        assertThat(told.get("jvmPassed").getAsBoolean()).isTrue();
        assertThat(told.getAsJsonObject("failure").get("message").getAsString()).contains("dropped by policy");
        assertThat(told.has("jvmFailure")).isFalse();
        assertThat(told.get("story").getAsString()).isEqualTo("one  ! the other");
    }

    @Test
    void junitBeginsWithWhoPasses() {
        assertThat(JunitResults.render(List.of(with(dropped(), Optional.empty(), List.of(VERDICT)))))
                .contains("tests=\"2\" failures=\"1\"")
                .contains("<failure type=\"kernel\" message=\"JVM passes, kernel (nft) fails: policy.nfl:4:1: ")
                .contains("one  ! the other");
    }
}
