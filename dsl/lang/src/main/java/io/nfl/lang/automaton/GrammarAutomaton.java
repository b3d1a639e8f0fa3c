// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.automaton;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.emf.ecore.EReference;
import org.eclipse.xtext.AbstractElement;
import org.eclipse.xtext.Alternatives;
import org.eclipse.xtext.Assignment;
import org.eclipse.xtext.CrossReference;
import org.eclipse.xtext.EnumLiteralDeclaration;
import org.eclipse.xtext.Grammar;
import org.eclipse.xtext.GrammarUtil;
import org.eclipse.xtext.Group;
import org.eclipse.xtext.IGrammarAccess;
import org.eclipse.xtext.Keyword;
import org.eclipse.xtext.ParserRule;
import org.eclipse.xtext.RuleCall;
import org.eclipse.xtext.TerminalRule;
import org.eclipse.xtext.parser.antlr.ITokenDefProvider;
import org.jspecify.annotations.Nullable;

/**
 * The parser rules as a pushdown automaton, made deterministic as it is walked. Stacks are interned, so that equal sets
 * of configurations are one state; states and their edges are kept for the life of the language. Thread safe.
 */
@Singleton
public final class GrammarAutomaton {
    /** {@link #type} of a token that no rule has. */
    public static final int NO_TYPE = -1;

    private final Map<Set<Configuration>, State> states = new ConcurrentHashMap<>();
    private final Map<String, Integer> types = new HashMap<>();
    private final Set<Integer> keywords = new HashSet<>();
    private final Grammar grammar;
    private final State start;

    /** What is called, and where it goes on afterwards. Interned: identity is equality. */
    static final class Frame {
        private final @Nullable Frame caller;
        private final @Nullable RuleCall call;
        private final Map<RuleCall, Frame> callees = new ConcurrentHashMap<>();

        Frame(final @Nullable Frame caller, final @Nullable RuleCall call) {
            this.caller = caller;
            this.call = call;
        }

        Frame push(final RuleCall callee) {
            return callees.computeIfAbsent(callee, c -> new Frame(this, c));
        }

        @Nullable
        Frame caller() {
            return caller;
        }

        @Nullable
        RuleCall call() {
            return call;
        }
    }

    /** Before a token: a keyword, or the call of a terminal rule. */
    record Configuration(AbstractElement token, Frame stack) {}

    /** A set of configurations. */
    public static final class State {
        private final Set<Configuration> configurations;
        private final Map<Integer, State> next = new ConcurrentHashMap<>();

        State(final Set<Configuration> configurations) {
            this.configurations = configurations;
        }

        Set<Configuration> configurations() {
            return configurations;
        }
    }

    private static final State DEAD = new State(Set.of());

    @Inject
    GrammarAutomaton(final IGrammarAccess access, final ITokenDefProvider tokens) {
        grammar = access.getGrammar();
        tokens.getTokenDefMap().forEach((type, name) -> {
            types.put(name, type);
            if (name.startsWith("'")) {
                keywords.add(type);
            }
        });
        final Walk walk = new Walk();
        walk.before(((ParserRule) grammar.getRules().get(0)).getAlternatives(), new Frame(null, null));
        start = intern(walk.found);
    }

    /** Before the first token of a file. */
    public State start() {
        return start;
    }

    /** The keywords that a rule can begin with, in the grammar's order. */
    public List<String> firstKeywords(final String rule) {
        final Walk walk = new Walk();
        grammar.getRules().stream()
                .filter(each -> each.getName().equals(rule))
                .forEach(each -> walk.before(each.getAlternatives(), new Frame(null, null)));
        return walk.found.stream()
                .map(Configuration::token)
                .filter(Keyword.class::isInstance)
                .map(token -> ((Keyword) token).getValue())
                .distinct()
                .toList();
    }

    /** What may stand there. */
    public Expectation expectation(final State state) {
        return Expectation.of(state);
    }

    /** What each keyword that may stand there begins, in users' words: {@code an action}, {@code a match}. */
    public Map<String, Set<String>> beginnings(final State state) {
        return Expectation.beginnings(state);
    }

    /** The references that a name there would be of. */
    public Set<EReference> references(final State state) {
        final Set<EReference> found = new LinkedHashSet<>();
        for (final Configuration each : state.configurations) {
            AbstractElement element = each.token();
            Frame frame = each.stack();
            CrossReference reference = GrammarUtil.containingCrossReference(element);
            while (reference == null && frame.call() != null && frame.caller() != null) {
                element = frame.call();
                frame = frame.caller();
                reference = GrammarUtil.containingCrossReference(element);
            }
            if (reference != null) {
                found.add(GrammarUtil.getReference(reference));
            }
        }
        return found;
    }

    /** The state behind these keywords, from the start of a file. */
    public State behind(final String... keywords) {
        State state = start;
        for (final String keyword : keywords) {
            state = step(state, type("'" + keyword + "'"));
        }
        return state;
    }

    /** The token type of a keyword in quotes ({@code '{'}) or of {@code RULE_NAME}. */
    public int type(final String token) {
        return types.getOrDefault(token, NO_TYPE);
    }

    /** Whether a token type is a keyword's, a sign's included. */
    public boolean isKeyword(final int type) {
        return keywords.contains(type);
    }

    public boolean accepts(final State state, final int type) {
        return step(state, type) != DEAD;
    }

    /** The state behind a token of this type; null where it cannot stand. */
    public @Nullable State next(final State state, final int type) {
        final State next = step(state, type);
        return next == DEAD ? null : next;
    }

    private State step(final State state, final int type) {
        return state.next.computeIfAbsent(type, t -> {
            final Walk walk = new Walk();
            for (final Configuration each : state.configurations) {
                if (typeOf(each.token()) == t) {
                    walk.behindToken(each);
                }
            }
            return walk.found.isEmpty() ? DEAD : intern(walk.found);
        });
    }

    private State intern(final Set<Configuration> configurations) {
        return states.computeIfAbsent(configurations, State::new);
    }

    int typeOf(final AbstractElement token) {
        return type(
                token instanceof Keyword keyword
                        ? "'" + keyword.getValue() + "'"
                        : "RULE_" + ((RuleCall) token).getRule().getName());
    }

    /** The closure of a step: all tokens that can come next. */
    private static final class Walk {
        private final Set<Configuration> found = new LinkedHashSet<>();
        private final Set<List<Object>> seen = new HashSet<>();

        void behindToken(final Configuration configuration) {
            done(configuration.token(), configuration.stack());
        }

        private void before(final AbstractElement element, final Frame stack) {
            if (!seen.add(List.of(element, stack, "before"))) {
                return;
            }
            final String cardinality = element.getCardinality();
            if ("?".equals(cardinality) || "*".equals(cardinality)) {
                behind(element, stack);
            }
            inside(element, stack);
        }

        private void inside(final AbstractElement element, final Frame stack) {
            if (element instanceof Keyword
                    || element instanceof RuleCall terminal && terminal.getRule() instanceof TerminalRule) {
                found.add(new Configuration(element, stack));
            } else if (element instanceof RuleCall call) {
                before(call.getRule().getAlternatives(), stack.push(call));
            } else if (element instanceof Assignment assignment) {
                before(assignment.getTerminal(), stack);
            } else if (element instanceof CrossReference reference) {
                before(reference.getTerminal(), stack);
            } else if (element instanceof EnumLiteralDeclaration literal) {
                before(literal.getLiteral(), stack);
            } else if (element instanceof Alternatives alternatives) {
                alternatives.getElements().forEach(each -> before(each, stack));
            } else if (element instanceof Group group) {
                before(group.getElements().get(0), stack);
            } else {
                behind(element, stack);
            }
        }

        private void behind(final AbstractElement element, final Frame stack) {
            if (!seen.add(List.of(element, stack, "behind"))) {
                return;
            }
            final EObject parent = element.eContainer();
            if (parent instanceof Group group) {
                final int index = group.getElements().indexOf(element) + 1;
                if (index < group.getElements().size()) {
                    before(group.getElements().get(index), stack);
                    return;
                }
            }
            if (parent instanceof AbstractElement outer) {
                done(outer, stack);
                return;
            }
            final RuleCall call = stack.call();
            final Frame caller = stack.caller();
            if (call != null && caller != null) {
                done(call, caller);
            }
        }

        private void done(final AbstractElement element, final Frame stack) {
            final String cardinality = element.getCardinality();
            if ("*".equals(cardinality) || "+".equals(cardinality)) {
                inside(element, stack);
            }
            behind(element, stack);
        }
    }
}
