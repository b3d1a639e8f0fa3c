// SPDX-License-Identifier: Apache-2.0
package io.nfl.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.nfl.api.host.KernelProfile;
import io.nfl.compiler.LoadedPolicy;
import io.nfl.compiler.LoadedPolicy.Execution;
import io.nfl.compiler.testing.TestRunner;
import io.nfl.compiler.trace.RuleTable;
import io.nfl.ir.Policy;
import io.nfl.ir.test.TestCase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The tests that the samples carry, and those of {@code samples/oracle/policies}, hold in the JVM. */
class PolicyTestsTest {
    @TestFactory
    List<DynamicTest> everyTestOfAPolicyHolds() throws IOException {
        final List<DynamicTest> tests = new ArrayList<>();
        for (final String file : policies()) {
            final Policy policy = Samples.compileFile(file);
            assertThat(policy.tests()).as(file).isNotEmpty();
            for (final Execution execution : Execution.values()) {
                final LoadedPolicy loaded = LoadedPolicy.of(policy, KernelProfile.MEASURED, execution);
                for (final TestCase test : policy.tests()) {
                    tests.add(DynamicTest.dynamicTest(
                            file + " " + execution + ": " + test.name(),
                            () -> assertThat(TestRunner.run(loaded, new RuleTable(policy), test)
                                            .failure())
                                    .isEmpty()));
                }
            }
        }
        return tests;
    }

    private static List<String> policies() throws IOException {
        final List<String> files = new ArrayList<>();
        for (final String sample : Samples.names()) {
            files.add("samples/" + sample + "/policy.nfl");
        }
        try (Stream<Path> own = Files.list(Samples.ROOT.resolve("samples/oracle/policies"))) {
            own.map(file -> Samples.ROOT.relativize(file).toString()).sorted().forEach(files::add);
        }
        return files;
    }
}
