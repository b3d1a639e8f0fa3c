// SPDX-License-Identifier: Apache-2.0
package io.nfl.iptables;

import io.nfl.api.net.Family;
import io.nfl.api.net.Hook;
import io.nfl.api.net.Table;
import io.nfl.diag.Code;
import io.nfl.diag.Diagnostic;
import io.nfl.diag.Result;
import io.nfl.diag.Span;
import io.nfl.ir.Chain;
import io.nfl.ir.ChainCalls;
import io.nfl.ir.Rule;
import io.nfl.ir.Ruleset;
import io.nfl.ir.TableRules;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads what iptables-save prints, and files of iptables commands: {@code *table}, {@code :CHAIN POLICY [p:b]},
 * {@code -A}, {@code -I}, {@code -N}, {@code -P}, {@code -F}, with counters or without, with {@code iptables -t table}
 * in front or not.
 * Every line that cannot be taken over is a diagnostic; with one there is no ruleset.
 */
public final class RulesetReader {
    private final Family family;
    private final String file;
    private final Map<Table, TableText> tables = new EnumMap<>(Table.class);
    private final List<Diagnostic> found = new ArrayList<>();
    private Optional<Table> current = Optional.empty();

    /** A table while it is read. */
    private static final class TableText {
        private final Map<String, ChainText> chains = new LinkedHashMap<>();

        private TableText(final Table table) {
            for (final Hook hook : Hook.values()) {
                if (table.runsAt(hook)) {
                    chains.put(hook.name(), new ChainText(Optional.of(hook), Span.NONE));
                }
            }
        }
    }

    /** A chain while it is read. */
    private static final class ChainText {
        private final Optional<Hook> hook;
        private final Span span;
        private final List<Rule> rules = new ArrayList<>();
        private boolean accepts = true;

        private ChainText(final Optional<Hook> hook, final Span span) {
            this.hook = hook;
            this.span = span;
        }
    }

    private RulesetReader(final Family family, final String file) {
        this.family = family;
        this.file = file;
    }

    /** @param file named in diagnostics */
    public static Result<Ruleset> read(final Family family, final String file, final String text) {
        return new RulesetReader(family, file).read(text);
    }

    private Result<Ruleset> read(final String text) {
        int number = 0;
        for (final String line : text.split("\r?\n", -1)) {
            number++;
            final Span span = Span.ofLine(file, number);
            try {
                line(line.strip(), span);
            } catch (final Refusal e) {
                found.add(Diagnostic.of(e.code(), span, e.text()));
            }
        }
        checkCalls();
        if (!found.isEmpty()) {
            return Result.failed(found.stream().sorted().toList());
        }
        return Result.of(ruleset(), List.of());
    }

    private void line(final String line, final Span span) throws Refusal {
        if (line.isEmpty() || line.startsWith("#")) {
            return;
        }
        if (line.startsWith("*")) {
            final Table table = table(line.substring(1).strip());
            current = Optional.of(table);
            open(table);
        } else if (line.equals("COMMIT")) {
            current = Optional.empty();
        } else if (line.startsWith(":")) {
            declare(Words.split(line.substring(1)), span);
        } else {
            command(Words.split(line.replaceFirst("^\\[\\d+:\\d+\\]\\s*", "")), span);
        }
    }

    private static Table table(final String name) throws Refusal {
        for (final Table table : Table.values()) {
            if (table.label().equals(name)) {
                return table;
            }
        }
        throw Refusal.syntax("no table is called `" + name + "`");
    }

    private TableText open(final Table table) {
        return tables.computeIfAbsent(table, TableText::new);
    }

    private TableText inTable(final Optional<Table> named) throws Refusal {
        final Optional<Table> table = named.or(() -> current);
        if (table.isEmpty()) {
            throw Refusal.syntax("no `*table` stands before this line");
        }
        return open(table.get());
    }

    private void declare(final Words words, final Span span) throws Refusal {
        final String name = words.value(":");
        final TableText table = inTable(Optional.empty());
        final String policy = words.hasNext() ? words.next() : "-";
        if (!table.chains.containsKey(name)) {
            newChain(table, name, span);
        } else if (table.chains.get(name).hook.isPresent()) {
            policy(table, name, policy);
        }
    }

    private static void newChain(final TableText table, final String name, final Span span) throws Refusal {
        if (name.length() > Chain.MAX_NAME_LENGTH) {
            throw Refusal.syntax("the chain name `" + name + "` is longer than " + Chain.MAX_NAME_LENGTH);
        }
        if (table.chains.containsKey(name)) {
            throw Refusal.syntax("the chain `" + name + "` is there already");
        }
        table.chains.put(name, new ChainText(Optional.empty(), span));
    }

    private static void policy(final TableText table, final String name, final String policy) throws Refusal {
        final ChainText chain = table.chains.get(name);
        if (chain == null || chain.hook.isEmpty()) {
            throw Refusal.syntax("`" + name + "` is no built-in chain of this table");
        }
        switch (policy) {
            case "ACCEPT" -> chain.accepts = true;
            case "DROP" -> chain.accepts = false;
            case "-" -> {}
            default -> throw Refusal.syntax("`" + policy + "` is no policy: ACCEPT or DROP");
        }
    }

    private void command(final Words words, final Span span) throws Refusal {
        Optional<Table> implied = Optional.empty();
        if (words.peek().matches("(\\S*/)?ip6?tables(-legacy|-nft)?")) {
            words.next();
            implied = current.isPresent() ? Optional.empty() : Optional.of(Table.FILTER);
        }
        Optional<Table> named = implied;
        while (words.hasNext()) {
            final String option = words.next();
            switch (option) {
                case "-t", "--table" -> named = Optional.of(table(words.value(option)));
                case "-w", "--wait", "-4", "--ipv4", "-6", "--ipv6" -> {}
                case "-A", "--append" -> {
                    final ChainText chain = chain(named, words.value(option));
                    chain.rules.add(RuleReader.read(family, span, words));
                    return;
                }
                case "-I", "--insert" -> {
                    insert(chain(named, words.value(option)), words, span);
                    return;
                }
                case "-N", "--new-chain", "--new" -> {
                    newChain(inTable(named), words.value(option), span);
                    return;
                }
                case "-P", "--policy" -> {
                    policy(inTable(named), words.value(option), words.value(option));
                    return;
                }
                case "-F", "--flush" -> {
                    flush(inTable(named), words);
                    return;
                }
                default -> throw Refusal.unsupported("the command `" + option + "` is not supported");
            }
        }
    }

    private void insert(final ChainText chain, final Words words, final Span span) throws Refusal {
        int position = 1;
        if (words.peek().matches("\\d+")) {
            position = Values.integer(words.next(), 1, chain.rules.size() + 1);
        }
        chain.rules.add(position - 1, RuleReader.read(family, span, words));
    }

    private static void flush(final TableText table, final Words words) throws Refusal {
        if (!words.hasNext()) {
            table.chains.values().forEach(chain -> chain.rules.clear());
            return;
        }
        final ChainText chain = table.chains.get(words.next());
        if (chain == null) {
            throw Refusal.syntax("there is no such chain to flush");
        }
        chain.rules.clear();
    }

    private ChainText chain(final Optional<Table> named, final String name) throws Refusal {
        final ChainText chain = inTable(named).chains.get(name);
        if (chain == null) {
            throw Refusal.syntax("there is no chain `" + name + "`");
        }
        return chain;
    }

    private void checkCalls() {
        tables.forEach((table, text) -> text.chains
                .values()
                .forEach(chain -> chain.rules.forEach(rule -> {
                    final Optional<String> callee = ChainCalls.callee(rule.target());
                    if (callee.isPresent() && !isUserChain(text, callee.get())) {
                        found.add(Diagnostic.of(
                                Code.IPTABLES_SYNTAX,
                                rule.origin().rule(),
                                "table " + table.label() + " has no chain `" + callee.get()
                                        + "`, and no target is called so"));
                    }
                })));
    }

    private static boolean isUserChain(final TableText table, final String name) {
        final ChainText chain = table.chains.get(name);
        return chain != null && chain.hook.isEmpty();
    }

    private Ruleset ruleset() {
        final List<TableRules> all = new ArrayList<>();
        tables.forEach((table, text) -> {
            final List<Chain> chains = new ArrayList<>();
            text.chains.forEach(
                    (name, chain) -> chains.add(new Chain(chain.span, name, chain.hook, chain.accepts, chain.rules)));
            all.add(new TableRules(table, chains));
        });
        return new Ruleset(family, all);
    }
}
