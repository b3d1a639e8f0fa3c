// SPDX-License-Identifier: Apache-2.0
package io.nfl.compiler;

import io.nfl.api.classify.CtTemplate;
import io.nfl.api.host.KernelProfile;
import io.nfl.bytecode.ClassLimitException;
import io.nfl.bytecode.PolicyJarWriter;
import io.nfl.compiler.LoadedPolicy.Execution;
import io.nfl.diag.Code;
import io.nfl.diag.Diagnostic;
import io.nfl.diag.Note;
import io.nfl.diag.Result;
import io.nfl.diag.Span;
import io.nfl.engine.choice.SeededChooser;
import io.nfl.engine.clock.SettableClock;
import io.nfl.engine.pipeline.Engine;
import io.nfl.engine.pipeline.EngineOptions;
import io.nfl.engine.route.HostRefusedException;
import io.nfl.iptables.RulesetWriter;
import io.nfl.ir.Chain;
import io.nfl.ir.Declared;
import io.nfl.ir.Policy;
import io.nfl.ir.Rule;
import io.nfl.ir.Ruleset;
import io.nfl.ir.Sysctl;
import io.nfl.ir.TableRules;
import io.nfl.ir.Target;
import java.util.ArrayList;
import java.util.List;

/**
 * Policies that the kernel takes and the engine does not: the one place that says so. To whoever runs a policy it is an
 * error; to whoever compiles one, a warning, and no policy.jar is written.
 */
public final class EngineReach {
    /** What nobody looks at. */
    private static final SettableClock CLOCK = new SettableClock();

    private EngineReach() {}

    /**
     * A policy ready for an engine, or all that the engine refuses of it.
     *
     * @param at where to say what has no place of its own
     */
    public static Result<LoadedPolicy> load(
            final Policy policy, final Span at, final KernelProfile kernel, final Execution execution) {
        final List<Diagnostic> refused = refusals(policy, Code.ENGINE_UNSUPPORTED);
        if (!refused.isEmpty()) {
            return Result.failed(refused);
        }
        try {
            final LoadedPolicy loaded = LoadedPolicy.of(policy, kernel, execution);
            Engine.of(loaded, CLOCK, new SeededChooser(0), EngineOptions.SILENT, (device, bytes, length) -> {});
            return Result.of(loaded, List.of());
        } catch (final HostRefusedException | ClassLimitException e) {
            return Result.failed(List.of(of(Code.ENGINE_UNSUPPORTED, at, e)));
        }
    }

    /** The bytes of the policy.jar, or warnings that say why there is none. The value is present without warnings. */
    public static PolicyJarBytes jar(final Policy policy, final Span at, final KernelProfile kernel) {
        final List<Diagnostic> refused = refusals(policy, Code.ENGINE_WITHOUT_JAR);
        if (!refused.isEmpty()) {
            return new PolicyJarBytes(new byte[0], refused);
        }
        try {
            final LoadedPolicy loaded = LoadedPolicy.of(policy, kernel, Execution.EVALUATOR);
            Engine.of(loaded, CLOCK, new SeededChooser(0), EngineOptions.SILENT, (device, bytes, length) -> {});
            return new PolicyJarBytes(PolicyJarWriter.write(policy, kernel, RulesetWriter::plain), List.of());
        } catch (final HostRefusedException | ClassLimitException e) {
            return new PolicyJarBytes(new byte[0], List.of(of(Code.ENGINE_WITHOUT_JAR, at, e)));
        }
    }

    /**
     * A policy.jar, or why there is none.
     *
     * @param bytes empty where there are warnings
     */
    public record PolicyJarBytes(byte[] bytes, List<Diagnostic> warnings) {
        public PolicyJarBytes {
            warnings = List.copyOf(warnings);
        }

        public boolean isThere() {
            return bytes.length > 0;
        }
    }

    private static Diagnostic of(final Code code, final Span at, final RuntimeException refusal) {
        return diagnostic(code, at, String.valueOf(refusal.getMessage()));
    }

    private static Diagnostic diagnostic(final Code code, final Span at, final String refusal) {
        return Diagnostic.of(code, at, "the engine does not follow this: " + refusal)
                .note(Note.of("the scripts for the kernel are not affected"));
    }

    /** What is refused part by part, at its own place. */
    private static List<Diagnostic> refusals(final Policy policy, final Code code) {
        final List<Diagnostic> found = new ArrayList<>();
        for (final Declared<Sysctl> sysctl : policy.sysctls()) {
            if (sysctl.value().name().startsWith("net.netfilter.")
                    && !sysctl.value().value().strip().matches("-?[0-9]{1,9}")) {
                found.add(diagnostic(
                        code,
                        sysctl.span(),
                        "`" + sysctl.value().name() + " = " + sysctl.value().value() + "` is no number"));
            }
        }
        policy.rulesets().forEach(ruleset -> found.addAll(refusals(ruleset, code)));
        return found;
    }

    /** What the engine refuses of rules, each at its own place, as diagnostics of {@code code}. */
    public static List<Diagnostic> refusals(final Ruleset ruleset, final Code code) {
        final List<Diagnostic> found = new ArrayList<>();
        for (final TableRules table : ruleset.tables()) {
            for (final Chain chain : table.chains()) {
                chain.rules().forEach(rule -> template(rule, code, found));
            }
        }
        return found;
    }

    private static void template(final Rule rule, final Code code, final List<Diagnostic> found) {
        if (rule.target() instanceof Target.Track track) {
            final CtTemplate template = track.template();
            template.helper()
                    .ifPresent(name ->
                            found.add(diagnostic(code, rule.origin().target(), "conntrack helper `" + name + "`")));
            template.timeout()
                    .ifPresent(name ->
                            found.add(diagnostic(code, rule.origin().target(), "timeout policy `" + name + "`")));
        }
    }
}
