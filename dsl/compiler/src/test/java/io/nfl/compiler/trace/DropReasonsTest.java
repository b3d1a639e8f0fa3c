// SPDX-License-Identifier: Apache-2.0
package io.nfl.compiler.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.nfl.api.host.KernelProfile;
import io.nfl.compiler.LoadedPolicy;
import io.nfl.compiler.LoadedPolicy.Execution;
import io.nfl.compiler.NflCompiler;
import io.nfl.engine.choice.SeededChooser;
import io.nfl.engine.clock.SettableClock;
import io.nfl.engine.packet.DropReason;
import io.nfl.engine.pipeline.Engine;
import io.nfl.engine.pipeline.EngineOptions;
import io.nfl.engine.pipeline.Flow;
import io.nfl.engine.pipeline.TraceStep;
import io.nfl.ir.Policy;
import io.nfl.lang.Source;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What no rule drops has a reason: here those that the words of packets cannot bring about. */
class DropReasonsTest {
    private static final String HOST = """
            families ipv4
            interface wan = eth0 { address 203.0.113.2/24 }
            interface lan = eth1 { address 192.168.1.1/24 }
            routes { default via 203.0.113.1 dev wan }
            forwarding on
            """;

    /** 192.168.1.5:4 to 8.8.8.8:53. */
    private static final String UDP = "4500001c0001400040110000c0a8010508080808" + "0004003500080000";

    private static byte[] packet(String hex) {
        ByteBuffer bytes = ByteBuffer.wrap(HexFormat.of().parseHex(hex));
        bytes.putShort(2, (short) bytes.capacity());
        bytes.putShort(10, (short) 0);
        int sum = 0;
        for (int i = 0; i < 20; i += 2) {
            sum += bytes.getShort(i) & 0xFFFF;
        }
        sum = (sum & 0xFFFF) + (sum >>> 16);
        bytes.putShort(10, (short) ~((sum & 0xFFFF) + (sum >>> 16)));
        return bytes.array();
    }

    private static Optional<DropReason> last(Execution execution, String rules, String... packets) {
        Policy policy = NflCompiler.compile(new Source("p.nfl", HOST + rules), (importing, path) -> Optional.empty())
                .policy()
                .orElseThrow();
        Engine engine = Engine.of(
                LoadedPolicy.of(policy, KernelProfile.MEASURED, execution),
                new SettableClock(),
                new SeededChooser(1),
                EngineOptions.SILENT,
                (device, bytes, length) -> {});
        engine.record(true);
        List<Flow> flows = List.of();
        for (String hex : packets) {
            byte[] bytes = packet(hex);
            engine.receive("eth1", bytes, 0, bytes.length);
            flows = engine.takeFlows();
        }
        return flows.get(0).steps().stream()
                .filter(TraceStep.Dropped.class::isInstance)
                .map(step -> ((TraceStep.Dropped) step).reason())
                .findFirst();
    }

    private static String tcp(String rest) {
        return UDP.substring(0, 40).replace("40110000", "40060000") + rest;
    }

    @ParameterizedTest
    @EnumSource(Execution.class)
    void aMatchThatFindsTheHeaderCutShort(Execution execution) {
        String rules = "filter forward { log \"seen: \" accept tcp dport 80 }";
        assertThat(last(execution, rules, tcp("0004005000000001"))).contains(DropReason.HOTDROP);
        assertThat(last(execution, rules, tcp("00040050" + "00000001" + "00000000" + "5002ffff" + "00000000")))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Execution.class)
    void aSegmentWhoseMssCannotBeSet(Execution execution) {
        assertThat(last(
                        execution,
                        "raw prerouting { notrack tcp } mangle forward { set mss 1000 }",
                        tcp("00040050" + "00000001" + "00000000" + "f002ffff" + "00000000")))
                .contains(DropReason.BAD_SEGMENT);
    }

    @ParameterizedTest
    @EnumSource(Execution.class)
    void aTableThatIsFull(Execution execution) {
        String rules = "option conntrack-max 1 filter forward { drop ct invalid }";
        assertThat(last(execution, rules, UDP, UDP.replace("0004003500", "0005003500")))
                .contains(DropReason.CONNTRACK_FULL);
    }

    @ParameterizedTest
    @EnumSource(Execution.class)
    void aFragmentThatWaits(Execution execution) {
        assertThat(last(execution, "filter forward { drop ct invalid }", UDP.replace("0001400040", "0001200040")))
                .contains(DropReason.FRAGMENTS_WAIT);
    }
}
