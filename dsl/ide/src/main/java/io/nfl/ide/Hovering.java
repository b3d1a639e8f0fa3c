// SPDX-License-Identifier: Apache-2.0
package io.nfl.ide;

import io.nfl.api.net.Family;
import io.nfl.api.net.Table;
import io.nfl.check.Placement;
import io.nfl.check.Placement.Word;
import io.nfl.diag.Span;
import io.nfl.ir.BlockKind;
import io.nfl.lang.index.ChainReach;
import io.nfl.lang.index.Declared;
import io.nfl.lang.index.Mention;
import io.nfl.lang.index.Place;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.eclipse.lsp4j.Hover;
import org.eclipse.lsp4j.MarkupContent;
import org.eclipse.lsp4j.MarkupKind;
import org.eclipse.lsp4j.Position;

/** What is said of the word under the pointer: a name, a rule, or a keyword in one. As Markdown. */
final class Hovering {
    /** Lists and rules may be long: a hover is for a look. */
    private static final int MOST_LINES = 30;

    private final Analysis analysis;
    private final String file;

    private Hovering(final Analysis analysis, final String file) {
        this.analysis = analysis;
        this.file = file;
    }

    static Optional<Hover> at(final Analysis analysis, final String file, final Position pointer) {
        return new Hovering(analysis, file).at(pointer);
    }

    private Optional<Hover> at(final Position pointer) {
        final int offset = analysis.positions(file).offset(pointer);
        final Optional<Mention> name = analysis.names().at(file, offset);
        if (name.isPresent()) {
            return Optional.of(hover(name.get().span(), List.of(name(name.get().of()))));
        }
        return Place.at(analysis.reading(), file, offset).flatMap(place -> {
            final List<String> parts = new ArrayList<>();
            place.words().forEach(word -> parts.add(word(word)));
            place.block().ifPresent(block -> parts.add(block(block)));
            place.expansion()
                    .ifPresent(text ->
                            parts.add("stands for\n" + code("nfl", text.lines().toList())));
            place.rule().ifPresent(rule -> parts.add(rule(rule)));
            return parts.isEmpty() ? Optional.empty() : Optional.of(hover(place.span(), parts));
        });
    }

    private Hover hover(final Span span, final List<String> parts) {
        return new Hover(
                new MarkupContent(MarkupKind.MARKDOWN, String.join("\n\n", parts)),
                analysis.positions(file).range(span));
    }

    // ---- names ----

    private String name(final Declared declared) {
        final List<String> parts = new ArrayList<>();
        parts.add("**" + declared.kind() + "** `" + declared.name() + "`"
                + (declared.predeclared() ? ", predeclared" : ""));
        final String comment = DocComment.above(declared, analysis);
        if (!comment.isEmpty()) {
            parts.add(comment);
        }
        final List<String> meaning = analysis.names().meaning(declared);
        if (!meaning.isEmpty()) {
            parts.add(code("nfl", meaning));
        }
        analysis.names().reach(declared).ifPresent(reach -> parts.add(reach(reach)));
        return String.join("\n\n", parts);
    }

    private static String reach(final ChainReach reach) {
        final List<String> lines = new ArrayList<>();
        final Map<String, Long> callers = reach.calls().stream()
                .collect(Collectors.groupingBy(ChainReach.Call::caller, LinkedHashMap::new, Collectors.counting()));
        lines.add("called from: "
                + (callers.isEmpty()
                        ? "nowhere"
                        : callers.entrySet().stream()
                                .map(each -> "`" + each.getKey() + "`"
                                        + (each.getValue() == 1 ? "" : " (" + each.getValue() + " times)"))
                                .collect(Collectors.joining(", "))));
        if (!reach.from().isEmpty()) {
            lines.add("its packets come from: " + places(reach.from()));
        }
        lines.add("may be called from: "
                + (reach.admits().isEmpty() ? "nowhere, no hook admits all of it" : places(reach.admits())));
        return String.join("  \n", lines);
    }

    // ---- keywords ----

    private static String word(final Word word) {
        final String family =
                word.families().size() == 1 ? ", " + label(word.families().get(0)) + " alone" : "";
        final String why = isEverywhere(word.where()) ? "" : "; " + word.why();
        return "`" + word.word() + "`: " + word.does() + "  \nmay stand in " + places(word.where()) + family + why;
    }

    private static String places(final List<Placement.Block> blocks) {
        return isEverywhere(blocks) ? "every block" : Placement.places(blocks);
    }

    private static boolean isEverywhere(final List<Placement.Block> blocks) {
        return blocks.size()
                == Arrays.stream(BlockKind.values())
                        .mapToInt(kind -> kind.table().hooks().size())
                        .sum();
    }

    private static String block(final String block) {
        final String[] words = block.split(" ", 2);
        final String table =
                BlockKind.valueOf(words[0].toUpperCase(Locale.ROOT)).table().label();
        return "`" + block + "`: table `" + table + "`, chain `" + words[1].toUpperCase(Locale.ROOT) + "`";
    }

    // ---- rules ----

    private String rule(final Span rule) {
        final Optional<RuleLines> lines = analysis.rules();
        if (lines.isEmpty()) {
            return "The policy has errors: no iptables rules are made of it.";
        }
        final Map<Family, Map<Table, List<String>>> all = new LinkedHashMap<>();
        for (final Family family : Family.values()) {
            final Map<Table, List<String>> of = lines.get().of(rule, family);
            if (!of.isEmpty()) {
                all.put(family, of);
            }
        }
        if (all.isEmpty()) {
            return "No packet comes here: it becomes no iptables rule.";
        }
        if (all.size() == 2 && all.values().stream().distinct().count() == 1) {
            return section("IPv4 and IPv6", all.values().iterator().next());
        }
        return all.entrySet().stream()
                .map(each -> section(label(each.getKey()) + (all.size() == 1 ? " alone" : ""), each.getValue()))
                .collect(Collectors.joining("\n\n"));
    }

    private static String section(final String head, final Map<Table, List<String>> tables) {
        return tables.entrySet().stream()
                .map(each -> head + ", table `" + each.getKey().label() + "`\n" + code("iptables", each.getValue()))
                .collect(Collectors.joining("\n\n"));
    }

    private static String label(final Family family) {
        return switch (family) {
            case IPV4 -> "IPv4";
            case IPV6 -> "IPv6";
        };
    }

    private static String code(final String language, final List<String> lines) {
        final List<String> shown = new ArrayList<>(lines.subList(0, Math.min(lines.size(), MOST_LINES)));
        if (shown.size() < lines.size()) {
            shown.add("… and " + (lines.size() - shown.size()) + " more");
        }
        // Strings of the policy stand in it: a fence longer than any run of backticks in them holds them.
        final String fence = "`".repeat(Math.max(3, 1 + longestRun(shown)));
        return fence + language + "\n" + String.join("\n", shown) + "\n" + fence;
    }

    private static int longestRun(final List<String> lines) {
        return lines.stream()
                .flatMap(line -> Arrays.stream(line.split("[^`]+", -1)))
                .mapToInt(String::length)
                .max()
                .orElse(0);
    }
}
