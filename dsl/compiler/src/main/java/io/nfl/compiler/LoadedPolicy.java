// SPDX-License-Identifier: Apache-2.0
package io.nfl.compiler;

import io.nfl.api.classify.Classifier;
import io.nfl.api.classify.CompiledPolicy;
import io.nfl.api.host.HostDescription;
import io.nfl.api.host.KernelProfile;
import io.nfl.api.net.Family;
import io.nfl.bytecode.ClassifierCompiler;
import io.nfl.bytecode.ClassifierCompiler.GeneratedClass;
import io.nfl.engine.load.ClassifierLoader;
import io.nfl.eval.Evaluator;
import io.nfl.eval.MissWatcher;
import io.nfl.iptables.RulesetWriter;
import io.nfl.ir.Policy;
import io.nfl.ir.Ruleset;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** A policy in memory, ready for an engine. A policy.jar is the same on disk. */
public final class LoadedPolicy implements CompiledPolicy {
    /** Who walks the rules. Both agree on every packet. */
    public enum Execution {
        /** Generated classes. */
        BYTECODE,
        /** The definition, rule by rule. */
        EVALUATOR;

        /** As users write it. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final String name;
    private final HostDescription host;
    private final Map<String, String> interfaces = new TreeMap<>();
    private final Map<Family, Ruleset> rulesets = new EnumMap<>(Family.class);
    private final Map<Family, Supplier<Classifier>> classifiers = new EnumMap<>(Family.class);

    private LoadedPolicy(
            final Policy policy, final KernelProfile kernel, final Function<Ruleset, Supplier<Classifier>> makers) {
        this.name = policy.name();
        this.host = policy.host(kernel);
        policy.interfaces().stream()
                .filter(each -> !each.pattern().wildcard())
                .forEach(each -> interfaces.put(each.name(), each.device().name()));
        policy.rulesets().forEach(each -> {
            rulesets.put(each.family(), each);
            classifiers.put(each.family(), makers.apply(each));
        });
    }

    public static LoadedPolicy of(final Policy policy, final KernelProfile kernel, final Execution execution) {
        return new LoadedPolicy(policy, kernel, ruleset -> classifiers(ruleset, execution));
    }

    /** A policy whose rules are walked one by one; which do not hold is told. */
    public static LoadedPolicy watched(final Policy policy, final KernelProfile kernel, final MissWatcher watcher) {
        return new LoadedPolicy(policy, kernel, ruleset -> () -> Evaluator.of(ruleset, watcher));
    }

    /** A maker of classifiers for the rules of a family; each has its counters at zero. */
    public static Supplier<Classifier> classifiers(final Ruleset ruleset, final Execution execution) {
        return switch (execution) {
            case EVALUATOR -> () -> Evaluator.of(ruleset);
            case BYTECODE -> {
                final GeneratedClass generated =
                        ClassifierCompiler.compile(ruleset, ClassifierLoader.PACKAGE + "Rules");
                final ClassifierLoader loader = ClassifierLoader.hidden(generated.classFile());
                yield () -> loader.newClassifier(generated.constants());
            }
        };
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public HostDescription host() {
        return host;
    }

    @Override
    public Map<String, String> interfaces() {
        return Collections.unmodifiableMap(interfaces);
    }

    @Override
    public String rules(final Family family) {
        final Ruleset ruleset = rulesets.get(family);
        if (ruleset == null) {
            throw new IllegalArgumentException(name + " has no rules of " + family);
        }
        return RulesetWriter.plain(ruleset);
    }

    @Override
    public Set<Family> families() {
        return Set.copyOf(classifiers.keySet());
    }

    @Override
    public Classifier newClassifier(final Family family) {
        final Supplier<Classifier> maker = classifiers.get(family);
        if (maker == null) {
            throw new IllegalArgumentException(name + " has no rules of " + family);
        }
        return maker.get();
    }
}
