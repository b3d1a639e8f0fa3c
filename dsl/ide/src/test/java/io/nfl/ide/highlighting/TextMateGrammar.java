// SPDX-License-Identifier: Apache-2.0
package io.nfl.ide.highlighting;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A TextMate grammar, as far as ours goes: match with captures, begin and end, include. Line by line; of the patterns
 * that match first in the line, the first one listed wins. That editors read the grammar the same way is the
 * extension's own test, on the same golden file.
 */
final class TextMateGrammar {
    private final JsonObject repository;
    private final List<Rule> top;

    /** A stretch of a line in one scope; the innermost scope. */
    record Scoped(int line, int begin, int end, String scope) {}

    private record Rule(Pattern begin, Optional<Pattern> end, String scope, JsonObject captures, List<Rule> inner) {}

    private record Found(Rule rule, Matcher at) {}

    TextMateGrammar(final JsonObject grammar) {
        repository = grammar.getAsJsonObject("repository");
        top = rules(grammar.getAsJsonArray("patterns"));
    }

    private List<Rule> rules(final JsonArray patterns) {
        final List<Rule> rules = new ArrayList<>();
        for (final JsonElement each : patterns) {
            final JsonObject written = each.getAsJsonObject();
            if (written.has("include")) {
                final String name = written.get("include").getAsString().substring(1);
                final JsonObject included = repository.getAsJsonObject(name);
                final JsonArray one = new JsonArray();
                one.add(included);
                rules.addAll(rules(
                        included.has("match") || included.has("begin") ? one : included.getAsJsonArray("patterns")));
            } else {
                rules.add(rule(written));
            }
        }
        return rules;
    }

    private Rule rule(final JsonObject written) {
        final boolean spans = written.has("begin");
        return new Rule(
                Pattern.compile(written.get(spans ? "begin" : "match").getAsString()),
                spans ? Optional.of(Pattern.compile(written.get("end").getAsString())) : Optional.empty(),
                written.has("name") ? written.get("name").getAsString() : "",
                written.has("captures") ? written.getAsJsonObject("captures") : new JsonObject(),
                written.has("patterns") ? rules(written.getAsJsonArray("patterns")) : List.of());
    }

    /** All that has a scope, in the order of the text; lines from 0. */
    List<Scoped> read(final String text) {
        final List<Scoped> scoped = new ArrayList<>();
        final String[] lines = text.split("\r?\n", -1);
        for (int i = 0; i < lines.length; i++) {
            readLine(i, lines[i], scoped);
        }
        return scoped;
    }

    private void readLine(final int number, final String line, final List<Scoped> scoped) {
        int at = 0;
        while (at < line.length()) {
            final Optional<Found> first = first(top, line, at);
            if (first.isEmpty() || first.get().at().end() == at) {
                return;
            }
            final Matcher match = first.get().at();
            final Rule rule = first.get().rule();
            if (rule.end().isPresent()) {
                at = readInside(number, line, first.get(), scoped);
                continue;
            }
            if (!rule.scope().isEmpty()) {
                scoped.add(new Scoped(number, match.start(), match.end(), rule.scope()));
            }
            for (final String group : rule.captures().keySet()) {
                final int index = Integer.parseInt(group);
                final String scope =
                        rule.captures().getAsJsonObject(group).get("name").getAsString();
                scoped.add(new Scoped(number, match.start(index), match.end(index), scope));
            }
            at = match.end();
        }
    }

    /** Behind a begin, up to its end, which must stand in the same line. */
    private int readInside(final int number, final String line, final Found begun, final List<Scoped> scoped) {
        final Rule rule = begun.rule();
        int from = begun.at().start();
        int at = begun.at().end();
        while (true) {
            final Matcher end = matcher(rule.end().orElseThrow(), line, at);
            if (!end.find()) {
                throw new IllegalStateException("runs over the line: " + line);
            }
            final Optional<Found> inner = first(rule.inner(), line, at);
            if (inner.isEmpty() || inner.get().at().start() >= end.start()) {
                scoped.add(new Scoped(number, from, end.end(), rule.scope()));
                return end.end();
            }
            final Matcher match = inner.get().at();
            if (from < match.start()) {
                scoped.add(new Scoped(number, from, match.start(), rule.scope()));
            }
            scoped.add(new Scoped(
                    number, match.start(), match.end(), inner.get().rule().scope()));
            from = match.end();
            at = match.end();
        }
    }

    private static Optional<Found> first(final List<Rule> rules, final String line, final int from) {
        Optional<Found> first = Optional.empty();
        for (final Rule rule : rules) {
            final Matcher matcher = matcher(rule.begin(), line, from);
            if (matcher.find()
                    && (first.isEmpty() || matcher.start() < first.get().at().start())) {
                first = Optional.of(new Found(rule, matcher));
            }
        }
        return first;
    }

    private static Matcher matcher(final Pattern pattern, final String line, final int from) {
        return pattern.matcher(line)
                .region(from, line.length())
                .useAnchoringBounds(false)
                .useTransparentBounds(true);
    }
}
