// SPDX-License-Identifier: Apache-2.0
package io.nfl.ide;

import io.nfl.api.net.Family;
import io.nfl.check.Placement;
import io.nfl.ir.BlockKind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which block the end of a text stands in, told from its words alone: half-written text has them too. */
final class BlocksAround {
    private static final Set<String> FAMILIES = Set.of("ipv4", "ipv6");

    private final Map<String, Set<Owner>> callers = new HashMap<>();
    private Owner owner = Owner.NONE;

    /**
     * Whose body it is: a policy block's, a user chain's, or neither's.
     *
     * @param chain empty where it is none
     * @param families that the block is for
     */
    record Owner(Optional<Placement.Block> block, String chain, List<Family> families) {
        static final Owner NONE = new Owner(Optional.empty(), "", List.of(Family.values()));
    }

    private BlocksAround() {}

    /** Reads words and signs, as {@code WordsAhead} tells them. */
    static BlocksAround of(final List<String> tokens) {
        final BlocksAround blocks = new BlocksAround();
        blocks.read(tokens);
        return blocks;
    }

    /** Reads several texts that belong together: a chain of one may be called in another. */
    static BlocksAround all(final List<List<String>> texts) {
        final BlocksAround blocks = new BlocksAround();
        texts.forEach(blocks::read);
        return blocks;
    }

    private void read(final List<String> tokens) {
        final List<String> header = new ArrayList<>();
        int depth = 0;
        String before = "";
        owner = Owner.NONE;
        for (final String token : tokens) {
            if (token.equals("{")) {
                if (depth == 0) {
                    owner = opened(header);
                    header.clear();
                }
                depth++;
            } else if (token.equals("}")) {
                depth = Math.max(0, depth - 1);
                if (depth == 0) {
                    owner = Owner.NONE;
                }
            } else if (depth == 0) {
                header.add(token);
            } else if (before.equals("jump") || before.equals("goto")) {
                callers.computeIfAbsent(token, name -> new HashSet<>()).add(owner);
            }
            before = token;
        }
    }

    /** Whose body the end of the text stands in. */
    Owner owner() {
        return owner;
    }

    /** The blocks whose packets come through a body: its own, or those that call its chain, directly or not. */
    Set<Owner> reaching(final Owner body) {
        final Set<Owner> seen = new LinkedHashSet<>();
        final Set<Owner> blocks = new LinkedHashSet<>();
        final Deque<Owner> open = new ArrayDeque<>(List.of(body));
        while (!open.isEmpty()) {
            final Owner next = open.pop();
            if (seen.add(next)) {
                if (next.block().isPresent()) {
                    blocks.add(next);
                }
                open.addAll(callers.getOrDefault(next.chain(), Set.of()));
            }
        }
        return blocks;
    }

    private static Owner opened(final List<String> header) {
        int end = header.size();
        if (end >= 2 && header.get(end - 2).equals("policy")) {
            end -= 2;
        }
        List<Family> families = List.of(Family.values());
        if (end >= 1 && FAMILIES.contains(header.get(end - 1))) {
            end--;
            families = List.of(header.get(end).equals("ipv4") ? Family.IPV4 : Family.IPV6);
        }
        if (end < 2) {
            return Owner.NONE;
        }
        final String first = header.get(end - 2);
        final String second = header.get(end - 1);
        if (first.equals("chain")) {
            return new Owner(Optional.empty(), second, families);
        }
        for (final BlockKind kind : BlockKind.values()) {
            if (kind.label().equals(first)) {
                final List<Family> own = families;
                return kind.table().hooks().stream()
                        .filter(hook -> hook.name().toLowerCase(Locale.ROOT).equals(second))
                        .map(hook -> new Owner(Optional.of(new Placement.Block(kind, hook)), "", own))
                        .findFirst()
                        .orElse(Owner.NONE);
            }
        }
        return Owner.NONE;
    }
}
