// SPDX-License-Identifier: Apache-2.0
package io.nfl.check;

import io.nfl.api.net.Family;
import io.nfl.api.net.Hook;
import io.nfl.api.net.Table;
import io.nfl.ir.BlockKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What may stand where: the language's words from {@code words.tsv}, the kernel's own limits from
 * {@code placement.tsv}. Read by the validator, completion, the manual and the tests.
 */
public final class Placement {
    private static final Map<String, Map<Place, String>> KERNEL = readKernel();
    private static final Map<String, Word> WORDS = readWords();

    private Placement() {}

    /** Actions begin a rule, matches follow. */
    public enum Kind {
        ACTION,
        MATCH
    }

    /** A built-in chain of a table. */
    public record Place(Table table, Hook hook) {
        @Override
        public String toString() {
            return table.label() + "/" + hook;
        }
    }

    /** A policy block: its kind and its hook. */
    public record Block(BlockKind kind, Hook hook) {
        @Override
        public String toString() {
            return kind.label() + " " + hook.name().toLowerCase(Locale.ROOT);
        }
    }

    /** Who says no. */
    public enum Refusal {
        LANGUAGE,
        KERNEL,
        FAMILY
    }

    /**
     * A row of the language's table.
     *
     * @param does what it does, in a few words
     * @param kernel the row of {@code placement.tsv}, or {@code -}
     * @param builtInOnly the kernel itself takes it in a user chain
     */
    public record Word(
            Kind kind,
            String word,
            String does,
            String kernel,
            List<Block> where,
            List<Family> families,
            boolean builtInOnly,
            String why) {
        public Word {
            where = List.copyOf(where);
            families = List.copyOf(families);
        }

        /** Whether both back ends of iptables take it there. */
        public boolean kernelTakes(final Place place, final boolean inUserChain) {
            return kernel.equals("-") || builtInOnly && inUserChain || measured(kernel, place);
        }

        /** Where the language lets it stand, shortly: {@code nat postrouting}. */
        public String places() {
            return Placement.places(where);
        }
    }

    /** Blocks, shortly: a kind with all its hooks is the kind alone. */
    public static String places(final List<Block> blocks) {
        final Map<BlockKind, List<String>> hooks = new LinkedHashMap<>();
        blocks.forEach(b -> hooks.computeIfAbsent(b.kind(), k -> new ArrayList<>())
                .add(b.hook().name().toLowerCase(Locale.ROOT)));
        final List<String> parts = new ArrayList<>();
        hooks.forEach((kind, names) -> parts.add(
                names.size() == kind.table().hooks().size()
                        ? kind.label()
                        : kind.label() + " " + String.join(", ", names)));
        return String.join("; ", parts);
    }

    /** All words, in the table's order. */
    public static List<Word> words() {
        return List.copyOf(WORDS.values());
    }

    /** @throws IllegalArgumentException where the table has no such word */
    public static Word word(final String word) {
        final Word found = WORDS.get(word);
        if (found == null) {
            throw new IllegalArgumentException("no word `" + word + "` in words.tsv");
        }
        return found;
    }

    /** The words that a block admits, for completion. */
    public static List<Word> admitted(final Kind kind, final BlockKind block, final Hook hook, final Family family) {
        return WORDS.values().stream()
                .filter(w -> w.kind() == kind
                        && refusal(w, Optional.of(block), new Place(block.table(), hook), family, false)
                                .isEmpty())
                .toList();
    }

    /** Why a word may not stand there; absent where it may. @param block absent for rules read from iptables */
    public static Optional<Refusal> refusal(
            final Word word,
            final Optional<BlockKind> block,
            final Place place,
            final Family family,
            final boolean inUserChain) {
        if (!word.families().contains(family)) {
            return Optional.of(Refusal.FAMILY);
        }
        if (!word.kernelTakes(place, inUserChain)) {
            return Optional.of(Refusal.KERNEL);
        }
        final boolean speaks = block.isEmpty() || word.where().contains(new Block(block.get(), place.hook()));
        return speaks ? Optional.empty() : Optional.of(Refusal.LANGUAGE);
    }

    /** The rows of {@code placement.tsv}. */
    static List<String> measuredRows() {
        return List.copyOf(KERNEL.keySet());
    }

    /** The cell as measured: {@code yes}, {@code no}, or the back end that alone takes it. */
    static String cell(final String row, final Place place) {
        final Map<Place, String> cells = KERNEL.get(row);
        if (cells == null) {
            throw new IllegalArgumentException("no row " + row + " in placement.tsv");
        }
        return cells.getOrDefault(place, "no");
    }

    static boolean measured(final String row, final Place place) {
        return cell(row, place).equals("yes");
    }

    private static Map<String, Map<Place, String>> readKernel() {
        final Map<String, Map<Place, String>> all = new LinkedHashMap<>();
        final List<Place> places = new ArrayList<>();
        for (final String[] cells : rows("placement.tsv")) {
            if (cells[0].equals("what")) {
                for (int i = 1; i < cells.length; i++) {
                    final String[] parts = cells[i].split("/", -1);
                    places.add(new Place(Table.valueOf(parts[0].toUpperCase(Locale.ROOT)), Hook.valueOf(parts[1])));
                }
            } else {
                final Map<Place, String> row = new HashMap<>();
                for (int i = 0; i < places.size(); i++) {
                    row.put(places.get(i), cells[i + 1]);
                }
                all.put(cells[0], row);
            }
        }
        return all;
    }

    private static Map<String, Word> readWords() {
        final Map<String, Word> all = new LinkedHashMap<>();
        for (final String[] c : rows("words.tsv")) {
            if (!c[0].equals("kind")) {
                final Kind kind = Kind.valueOf(c[0].toUpperCase(Locale.ROOT));
                final List<Family> families = switch (c[5]) {
                    case "4" -> List.of(Family.IPV4);
                    case "6" -> List.of(Family.IPV6);
                    default -> List.of(Family.values());
                };
                all.put(c[1], new Word(kind, c[1], c[2], c[3], blocks(c[4]), families, c[6].equals("command"), c[7]));
            }
        }
        return all;
    }

    private static List<Block> blocks(final String text) {
        final List<Block> blocks = new ArrayList<>();
        for (final String part : text.split(" ", -1)) {
            final String[] sides = part.split(":", 2);
            for (final BlockKind kind : BlockKind.values()) {
                if (sides[0].equals("*") || sides[0].equals(kind.label())) {
                    kind.table().hooks().stream()
                            .filter(h -> sides.length == 1
                                    || Arrays.asList(sides[1].split(",", -1))
                                            .contains(h.name().toLowerCase(Locale.ROOT)))
                            .forEach(h -> blocks.add(new Block(kind, h)));
                }
            }
        }
        return blocks;
    }

    private static List<String[]> rows(final String resource) {
        try (InputStream in = Placement.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(l -> !l.startsWith("#") && !l.isBlank())
                    .map(l -> l.split("\t", -1))
                    .toList();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
