// SPDX-License-Identifier: Apache-2.0
package io.nfl.lang.index;

import io.nfl.api.net.Family;
import io.nfl.api.net.Hook;
import io.nfl.check.Placement;
import io.nfl.check.Placement.Word;
import io.nfl.diag.Span;
import io.nfl.ir.BlockKind;
import io.nfl.lang.PolicyReader.Reading;
import io.nfl.lang.nfl.Block;
import io.nfl.lang.nfl.Element;
import io.nfl.lang.nfl.Goto;
import io.nfl.lang.nfl.Jump;
import io.nfl.lang.nfl.PolicyFile;
import io.nfl.lang.nfl.UserChain;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.eclipse.emf.ecore.EObject;
import org.eclipse.xtext.EcoreUtil2;
import org.jspecify.annotations.Nullable;

/**
 * How packets come to a user chain, and how they could.
 *
 * @param calls in the order of the files
 * @param from the blocks that lead to it, directly or not
 * @param admits the blocks that admit all that stands in it and in the chains that it calls
 */
public record ChainReach(List<Call> calls, List<Placement.Block> from, List<Placement.Block> admits) {
    public ChainReach {
        calls = List.copyOf(calls);
        from = List.copyOf(from);
        admits = List.copyOf(admits);
    }

    /** A jump or goto. @param caller the block or chain that it stands in, as it is written */
    public record Call(Span at, String caller) {}

    static ChainReach of(final UserChain chain, final Reading reading) {
        final Calls all = new Calls(reading);
        final List<Call> calls = all.to(chain).stream()
                .map(each -> new Call(reading.spans().of(each), caller(owner(each))))
                .toList();
        return new ChainReach(calls, all.blocks(chain), admits(all.words(chain)));
    }

    private static @Nullable Element owner(final EObject part) {
        return EcoreUtil2.getContainerOfType(part, Element.class);
    }

    private static String caller(final @Nullable Element owner) {
        if (owner instanceof UserChain chain) {
            return "chain " + chain.getName();
        }
        return owner instanceof Block block ? block(block).toString() : "";
    }

    private static Placement.Block block(final Block block) {
        return new Placement.Block(
                BlockKind.valueOf(block.getKind().getLiteral().toUpperCase(Locale.ROOT)),
                Hook.valueOf(block.getHook().getLiteral().toUpperCase(Locale.ROOT)));
    }

    private static List<Placement.Block> admits(final Set<Word> words) {
        final List<Placement.Block> admitted = new ArrayList<>();
        for (final BlockKind kind : BlockKind.values()) {
            for (final Hook hook : kind.table().hooks()) {
                if (words.stream().allMatch(word -> admits(word, kind, hook))) {
                    admitted.add(new Placement.Block(kind, hook));
                }
            }
        }
        return admitted;
    }

    private static boolean admits(final Word word, final BlockKind kind, final Hook hook) {
        return Arrays.stream(Family.values())
                .anyMatch(family -> Placement.refusal(
                                word, Optional.of(kind), new Placement.Place(kind.table(), hook), family, true)
                        .isEmpty());
    }

    /** All calls of a reading, by the chain called. */
    private static final class Calls {
        private final Map<EObject, List<EObject>> calls = new LinkedHashMap<>();
        private final List<UserChain> published = new ArrayList<>();

        private Calls(final Reading reading) {
            reading.expansions()
                    .forEach(each -> each.file().getElements().stream()
                            .filter(UserChain.class::isInstance)
                            .map(UserChain.class::cast)
                            .forEach(published::add));
            for (final PolicyFile file : reading.files()) {
                final Iterator<EObject> all = EcoreUtil2.eAllContents(file).iterator();
                while (all.hasNext()) {
                    final EObject each = all.next();
                    callee(each)
                            .ifPresent(chain -> calls.computeIfAbsent(chain, c -> new ArrayList<>())
                                    .add(each));
                }
            }
        }

        private static Optional<EObject> callee(final EObject action) {
            if (action instanceof Jump jump) {
                return Optional.ofNullable(jump.getChain());
            }
            return action instanceof Goto goTo ? Optional.ofNullable(goTo.getChain()) : Optional.empty();
        }

        private List<EObject> to(final EObject chain) {
            return calls.getOrDefault(chain, List.of());
        }

        private List<Placement.Block> blocks(final EObject chain) {
            final Set<Placement.Block> blocks = new LinkedHashSet<>();
            final Set<EObject> seen = new HashSet<>();
            final Deque<EObject> open = new ArrayDeque<>(List.of(chain));
            while (!open.isEmpty()) {
                final EObject next = open.pop();
                if (next instanceof Block block) {
                    blocks.add(block(block));
                } else if (seen.add(next)) {
                    to(next).forEach(call -> Optional.ofNullable(owner(call)).ifPresent(open::add));
                }
            }
            return List.copyOf(blocks);
        }

        private Set<Word> words(final EObject chain) {
            final Set<Word> words = new LinkedHashSet<>();
            final Set<EObject> seen = new HashSet<>();
            final Deque<EObject> open = new ArrayDeque<>(List.of(chain));
            while (!open.isEmpty()) {
                final EObject next = open.pop();
                if (seen.add(next)) {
                    // What publish declarations stand for is added to a chain that is declared elsewhere.
                    published.stream()
                            .filter(each -> next instanceof UserChain declared
                                    && Objects.equals(each.getName(), declared.getName()))
                            .forEach(open::add);
                    EcoreUtil2.eAllContents(next).forEach(each -> {
                        words.addAll(RuleWords.of(each));
                        callee(each).ifPresent(open::add);
                    });
                }
            }
            return words;
        }
    }
}
