// SPDX-License-Identifier: Apache-2.0
package io.nfl.compiler.testing;

import io.nfl.compiler.Compilation;
import io.nfl.compiler.NflCompiler;
import io.nfl.diag.Code;
import io.nfl.diag.Diagnostic;
import io.nfl.diag.Fix;
import io.nfl.diag.Note;
import io.nfl.diag.Span;
import io.nfl.ir.Policy;
import io.nfl.ir.test.TestCase;
import io.nfl.lang.Source;
import io.nfl.lang.SourceFinder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Packets in the words of tests, each a text of its own: {@code in wan udp from 9.9.9.9:53 to wan.address:5}, {@code
 * local …}, {@code reply …}, {@code wait …}, {@code link …}. They are read by the language itself, as a test at the
 * policy's end, so every name of the policy is known in them; what is wrong with them is told in their own text.
 */
public final class PacketWords {
    private static final String NAME = "the packets of a trace";
    private static final String BEGIN = "\ntest \"" + NAME + "\" {\n";
    private static final String SEND = "send ";
    private static final Set<String> STEPS = Set.of("send", "reply", "wait", "link");

    private final String policy;
    private final int policyLength;
    private final List<Text> texts = new ArrayList<>();

    /** A text and where it stands in the test. */
    private record Text(String name, String text, int prefix, int begin) {
        /** A stretch of the whole, as one of this text; what is outside is taken to the nearest end. */
        Span span(final int offset, final int length) {
            final int from = Math.max(0, Math.min(offset - begin, text.length()));
            final int to = Math.max(from, Math.min(offset + length - begin, text.length()));
            final String before = text.substring(0, from);
            final int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
            return new Span(name, line, from - before.lastIndexOf('\n'), from, to - from);
        }
    }

    /**
     * A policy with a conversation that is not its own.
     *
     * @param policy absent where there are errors
     * @param conversation one step for each text; absent where there are errors
     */
    public record Reading(Optional<Policy> policy, Optional<TestCase> conversation, List<Diagnostic> diagnostics) {
        public Reading {
            diagnostics = List.copyOf(diagnostics);
        }
    }

    /** @param packets at least one */
    public PacketWords(final Source source, final List<String> packets) {
        policy = source.name();
        policyLength = source.text().length();
        int at = policyLength + BEGIN.length();
        int number = 0;
        for (final String packet : packets) {
            // in the order of their numbers when they are sorted as texts
            final String count = "0".repeat(digits(packets.size()) - digits(++number)) + number;
            final String name = packets.size() == 1 ? "<packet>" : "<packet " + count + ">";
            texts.add(new Text(name, packet, at, at + prefix(packet).length()));
            at += prefix(packet).length() + packet.length() + 1;
        }
    }

    private static int digits(final int number) {
        return Integer.toString(number).length();
    }

    private static String prefix(final String packet) {
        return STEPS.contains(packet.strip().split("\\s", 2)[0]) ? "" : SEND;
    }

    /** Compiles the policy with the packets. */
    public Reading read(final Source source, final SourceFinder finder) {
        final List<Diagnostic> braces =
                texts.stream().flatMap(t -> brace(t).stream()).toList();
        if (!braces.isEmpty()) {
            return new Reading(Optional.empty(), Optional.empty(), braces);
        }
        final StringBuilder whole = new StringBuilder(source.text()).append(BEGIN);
        texts.forEach(t -> whole.append(prefix(t.text())).append(t.text()).append('\n'));
        whole.append("}\n");
        final Compilation compilation = NflCompiler.compile(new Source(source.name(), whole.toString()), finder);
        final List<Diagnostic> told = List.copyOf(
                new TreeSet<>(compilation.diagnostics().stream().map(this::own).toList()));
        final Optional<TestCase> conversation = compilation
                .policy()
                .flatMap(found -> found.tests().stream()
                        .filter(test -> test.name().equals(NAME) && test.span().offset() >= policyLength)
                        .findFirst());
        return new Reading(compilation.policy(), conversation, withoutEchoes(told));
    }

    /** What a packet lacks is not worth a word where a word of it was not understood. */
    private List<Diagnostic> withoutEchoes(final List<Diagnostic> told) {
        final Set<String> notUnderstood = told.stream()
                .filter(each -> each.isError() && each.code() != Code.VALUE_WORD)
                .map(each -> each.span().file())
                .filter(name -> text(name).isPresent())
                .collect(Collectors.toSet());
        return told.stream()
                .filter(each -> each.code() != Code.VALUE_WORD
                        || !notUnderstood.contains(each.span().file()))
                .toList();
    }

    /** A text is one step and no more: what opens or closes a block is none. */
    private static Optional<Diagnostic> brace(final Text text) {
        boolean quoted = false;
        for (int i = 0; i < text.text().length(); i++) {
            final char c = text.text().charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == '\\' && quoted) {
                i++;
            } else if ((c == '{' || c == '}' || c == '#') && !quoted) {
                final Span at = text.span(text.begin() + i, 1);
                return Optional.of(Diagnostic.of(Code.SYNTAX_UNEXPECTED, at, "unexpected `" + c + "`")
                        .note("one argument is one packet"));
            }
        }
        if (text.text().isBlank()) {
            return Optional.of(Diagnostic.of(Code.SYNTAX_UNEXPECTED, text.span(text.begin(), 0), "no packet")
                    .note("for example `in wan tcp syn from 198.51.100.7:40000 to 203.0.113.2:8080`"));
        }
        return Optional.empty();
    }

    /** A diagnostic with the places in the packets' own texts. */
    public Diagnostic own(final Diagnostic diagnostic) {
        return new Diagnostic(
                diagnostic.code(),
                own(diagnostic.span()),
                diagnostic.message(),
                diagnostic.notes().stream()
                        .map(note -> new Note(note.span().map(this::own), note.text()))
                        .toList(),
                diagnostic.fixes().stream().map(this::own).toList());
    }

    private Fix own(final Fix fix) {
        return new Fix(
                fix.title(),
                fix.edits().stream()
                        .map(edit -> new Fix.Edit(own(edit.span()), edit.replacement()))
                        .toList());
    }

    private Span own(final Span span) {
        if (!span.file().equals(policy) || span.offset() < policyLength || span.line() == 0) {
            return span;
        }
        Text in = texts.get(0);
        for (final Text text : texts) {
            if (text.prefix() <= span.offset()) {
                in = text;
            }
        }
        return in.span(span.offset(), span.length());
    }

    /** A packet's text by the name that diagnostics have for it. */
    public Optional<String> text(final String name) {
        return texts.stream().filter(t -> t.name().equals(name)).map(Text::text).findFirst();
    }

    /** The text of a step of the conversation, from 0. */
    public String text(final int step) {
        return texts.get(step).text();
    }
}
