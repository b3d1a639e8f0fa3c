// SPDX-License-Identifier: Apache-2.0
package io.nfl.bytecode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nfl.api.classify.Classifier;
import io.nfl.api.host.Device;
import io.nfl.api.host.InterfaceAddress;
import io.nfl.api.host.KernelProfile;
import io.nfl.api.host.NextHop;
import io.nfl.api.host.Route;
import io.nfl.api.host.RouteType;
import io.nfl.api.host.RoutingRule;
import io.nfl.api.net.Family;
import io.nfl.api.net.IpAddress;
import io.nfl.api.net.Prefix;
import io.nfl.diag.Span;
import io.nfl.engine.load.PolicyJar;
import io.nfl.ir.Declared;
import io.nfl.ir.DevicePattern;
import io.nfl.ir.Interface;
import io.nfl.ir.Policy;
import io.nfl.ir.Ruleset;
import io.nfl.ir.Sysctl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PolicyJarTest {
    @TempDir
    Path directory;

    private static Ruleset random(Family family) {
        final var random = RandomGeneratorFactory.of("L64X128MixRandom").create(77);
        return new RandomRules(new RandomField(random, family)).ruleset();
    }

    private static Policy policy() {
        final Device device =
                new Device("eth0", List.of(new InterfaceAddress(IpAddress.parse("192.0.2.1"), 24)), Device.DEFAULT_MTU);
        final Route route = new Route(
                RouteType.UNICAST,
                Prefix.all(Family.IPV4),
                List.of(new NextHop(Optional.of(IpAddress.parse("192.0.2.254")), Optional.of("eth0"), 1, false)),
                100,
                0,
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.of(1400));
        final RoutingRule rule = new RoutingRule(
                Family.IPV4,
                1000,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                1,
                -1,
                0,
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                new RoutingRule.Action.Lookup(100, -1));
        return new Policy(
                "edge \"of\" the net",
                List.of(new Interface(Span.NONE, "wan", DevicePattern.parse("eth0"), device, false)),
                List.of(new Declared<>(Span.NONE, route)),
                List.of(new Declared<>(Span.NONE, rule)),
                List.of(new Declared<>(Span.NONE, new Sysctl("net.ipv4.ip_forward", "1"))),
                List.of(random(Family.IPV4), random(Family.IPV6)),
                List.of());
    }

    private static String text(Ruleset ruleset) {
        return "*filter of " + ruleset.family();
    }

    @ParameterizedTest
    @EnumSource(PolicyJar.Loading.class)
    void whatIsWrittenIsReadBack(PolicyJar.Loading loading) throws IOException {
        final Policy policy = policy();
        final Path jar = directory.resolve("policy.jar");
        Files.write(jar, PolicyJarWriter.write(policy, KernelProfile.MEASURED, PolicyJarTest::text));

        final PolicyJar read = PolicyJar.read(jar, loading);

        assertThat(read.name()).isEqualTo(policy.name());
        assertThat(read.host()).isEqualTo(policy.host(KernelProfile.MEASURED));
        assertThat(read.families()).containsExactlyInAnyOrder(Family.values());
        assertThat(read.interfaces()).containsExactly(Map.entry("wan", "eth0"));
        for (final Ruleset ruleset : policy.rulesets()) {
            assertThat(read.rules(ruleset.family())).isEqualTo(text(ruleset));
            final Classifier loaded = read.newClassifier(ruleset.family());
            final Classifier evaluator = Walk.evaluator(ruleset).classifier;
            assertThat(loaded.layout()).isEqualTo(evaluator.layout());
            assertThat(loaded.tables()).isEqualTo(evaluator.tables());
            assertThat(loaded.requirements()).isEqualTo(evaluator.requirements());
            assertThat(loaded.stateSpecs()).isEqualTo(evaluator.stateSpecs());
            final var fields = new RandomField(
                    RandomGeneratorFactory.of("L64X128MixRandom").create(5), ruleset.family());
            final var probes = EvaluatorAndBytecodeTest.probes(fields, ruleset);
            assertThat(EvaluatorAndBytecodeTest.difference(Walk.evaluator(ruleset), Walk.of(loaded), probes))
                    .isEmpty();
        }
    }

    @Test
    void isTheSameByteForByteWheneverItIsWritten() {
        assertThat(PolicyJarWriter.write(policy(), KernelProfile.MEASURED, PolicyJarTest::text))
                .isEqualTo(PolicyJarWriter.write(policy(), KernelProfile.MEASURED, PolicyJarTest::text));
    }

    @Test
    void aFileThatIsNoPolicyIsRefusedByName() throws IOException {
        final Path jar = Files.writeString(directory.resolve("other.jar"), "not a zip");
        assertThatThrownBy(() -> PolicyJar.read(jar, PolicyJar.Loading.HIDDEN)).isInstanceOf(IOException.class);
    }
}
