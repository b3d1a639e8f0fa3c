// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli.test;

import io.nfl.api.host.KernelProfile;
import io.nfl.cli.PolicyInput;
import io.nfl.compiler.Compilation;
import io.nfl.compiler.EngineReach;
import io.nfl.compiler.LoadedPolicy;
import io.nfl.compiler.LoadedPolicy.Execution;
import io.nfl.compiler.NflCompiler;
import io.nfl.compiler.testing.Coverage;
import io.nfl.compiler.testing.TestRun;
import io.nfl.compiler.testing.TestRunner;
import io.nfl.compiler.trace.RuleTable;
import io.nfl.diag.Diagnostic;
import io.nfl.diag.Span;
import io.nfl.ir.Policy;
import io.nfl.ir.test.TestCase;
import io.nfl.kernel.KernelVerdict;
import io.nfl.lang.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The tests of one policy, run.
 *
 * @param diagnostics of the policy itself; no test is run where one is an error
 * @param policy absent where it has errors
 * @param rules absent where the policy has errors
 */
record PolicyTests(
        String file,
        List<Diagnostic> diagnostics,
        List<Result> results,
        Optional<Coverage> coverage,
        Optional<Policy> policy,
        Optional<RuleTable> rules,
        Function<String, Optional<String>> sources) {
    private static final double NANOS_PER_MILLISECOND = 1e6;

    PolicyTests {
        diagnostics = List.copyOf(diagnostics);
        results = List.copyOf(results);
    }

    /**
     * A test with the time that it took.
     *
     * @param kernel what came of it on the kernel, by back end; empty where the kernel was not asked
     */
    record Result(TestRun run, double milliseconds, List<KernelVerdict> kernel) {
        Result {
            kernel = List.copyOf(kernel);
        }

        boolean passed() {
            return run.passed() && kernel.stream().allMatch(KernelVerdict::passed);
        }
    }

    /** @param only tests whose name has this in it; the empty string: all */
    static PolicyTests run(final PolicyInput input, final Source source, final Execution execution, final String only) {
        final Compilation compilation = NflCompiler.compile(source, input.finder());
        final List<Diagnostic> diagnostics = new ArrayList<>(compilation.diagnostics());
        if (compilation.policy().isEmpty()) {
            return new PolicyTests(
                    source.name(),
                    diagnostics,
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    input::text);
        }
        final Policy policy = compilation.policy().get();
        final RuleTable rules = new RuleTable(policy);
        final Coverage coverage = new Coverage(rules);
        final List<Result> results = new ArrayList<>();
        final io.nfl.diag.Result<LoadedPolicy> loaded =
                EngineReach.load(policy, Span.ofLine(source.name(), 1), KernelProfile.MEASURED, execution);
        diagnostics.addAll(loaded.diagnostics());
        if (loaded.value().isPresent()) {
            for (final TestCase test : policy.tests()) {
                if (test.name().contains(only)) {
                    final long begin = System.nanoTime();
                    final TestRun run = TestRunner.run(loaded.value().get(), rules, test);
                    results.add(new Result(run, (System.nanoTime() - begin) / NANOS_PER_MILLISECOND, List.of()));
                    coverage.add(run);
                }
            }
        }
        return new PolicyTests(
                source.name(),
                diagnostics,
                results,
                Optional.of(coverage),
                Optional.of(policy),
                Optional.of(rules),
                input::text);
    }

    /** The tests that were run: also one that failed here, for the kernel decides who is right. */
    List<TestCase> cases() {
        return results.stream().map(result -> result.run().test()).toList();
    }

    /** The same tests with what came of them on the kernel. */
    PolicyTests with(final List<KernelVerdict> verdicts) {
        final List<Result> both = results.stream()
                .map(result -> new Result(
                        result.run(),
                        result.milliseconds(),
                        verdicts.stream()
                                .filter(verdict ->
                                        verdict.test().equals(result.run().test()))
                                .toList()))
                .toList();
        return new PolicyTests(file, diagnostics, both, coverage, policy, rules, sources);
    }

    boolean hasErrors() {
        return diagnostics.stream().anyMatch(Diagnostic::isError);
    }

    long failed() {
        return results.stream().filter(result -> !result.passed()).count();
    }

    double milliseconds() {
        return results.stream().mapToDouble(Result::milliseconds).sum();
    }
}
