// SPDX-License-Identifier: Apache-2.0
package io.nfl.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import io.nfl.api.host.KernelProfile;
import io.nfl.api.net.Family;
import io.nfl.compiler.LoadedPolicy.Execution;
import io.nfl.diag.Code;
import io.nfl.diag.Diagnostic;
import io.nfl.diag.Span;
import io.nfl.iptables.RulesetReader;
import io.nfl.ir.Policy;
import java.util.List;
import org.junit.jupiter.api.Test;

class EngineReachTest {
    private static final Span BEGINNING = Span.ofLine("edge.nfl", 1);

    private static Policy policy(String raw) {
        final String rules = "*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n" + raw + "COMMIT\n";
        return new Policy(
                "edge",
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(RulesetReader.read(Family.IPV4, "rules.v4", rules)
                        .value()
                        .orElseThrow()),
                List.of());
    }

    @Test
    void allThatTheEngineRefusesIsToldAtItsPlace() {
        final Policy policy = policy("""
                -A PREROUTING -p tcp --dport 21 -j CT --helper ftp
                -A PREROUTING -p udp --dport 69 -j CT --helper tftp
                """);

        final List<Diagnostic> refused = EngineReach.load(policy, BEGINNING, KernelProfile.MEASURED, Execution.BYTECODE)
                .diagnostics();
        assertThat(refused)
                .extracting(Diagnostic::code, each -> each.span().line(), Diagnostic::message)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(
                                Code.ENGINE_UNSUPPORTED, 4, "the engine does not follow this: conntrack helper `ftp`"),
                        org.assertj.core.groups.Tuple.tuple(
                                Code.ENGINE_UNSUPPORTED,
                                5,
                                "the engine does not follow this: conntrack helper `tftp`"));

        final EngineReach.PolicyJarBytes jar = EngineReach.jar(policy, BEGINNING, KernelProfile.MEASURED);
        assertThat(jar.isThere()).isFalse();
        assertThat(jar.warnings()).hasSize(2).allMatch(each -> each.code() == Code.ENGINE_WITHOUT_JAR);
        assertThat(jar.warnings()).noneMatch(Diagnostic::isError);
    }

    @Test
    void whatDoesNotFitIntoAClassIsToldAtThePolicysBeginning() {
        final StringBuilder rules = new StringBuilder();
        for (int i = 0; i < 50_000; i++) {
            rules.append("-A PREROUTING ! -s 10.").append(i >> 16).append('.');
            rules.append(i >> 8 & 0xFF).append('.').append(i & 0xFF).append("/32 -j DROP\n");
        }
        final Policy policy = policy(rules.toString());
        assertThat(EngineReach.jar(policy, BEGINNING, KernelProfile.MEASURED).warnings())
                .singleElement()
                .satisfies(warning -> assertThat(warning.span()).isEqualTo(BEGINNING))
                .satisfies(warning -> assertThat(warning.message()).contains("a class has room for 65,535"));
    }

    @Test
    void whatItFollowsIsLoadedAndWritten() {
        final Policy policy = policy("-A PREROUTING -j CT --zone 3\n");
        assertThat(EngineReach.load(policy, BEGINNING, KernelProfile.MEASURED, Execution.BYTECODE)
                        .diagnostics())
                .isEmpty();
        assertThat(EngineReach.jar(policy, BEGINNING, KernelProfile.MEASURED).isThere())
                .isTrue();
    }
}
