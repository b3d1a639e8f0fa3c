// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli;

import io.nfl.api.host.KernelProfile;
import io.nfl.compiler.Compilation;
import io.nfl.compiler.EngineReach;
import io.nfl.compiler.NflCompiler;
import io.nfl.diag.Diagnostic;
import io.nfl.diag.Span;
import io.nfl.iptables.Scripts;
import io.nfl.ir.Policy;
import io.nfl.lang.Source;
import io.nfl.lang.SourceFinder;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A page of the manual whose examples are tried. By the word behind the fence:
 *
 * <ul>
 *   <li>{@code nfl [FILE [CODE…]]}: a policy without errors, or with errors of just these codes. With a name it stands
 *       in a folder, where later examples find it; {@code rules} and {@code declarations} add to {@code host.nfl}.
 *   <li>{@code rules TABLE HOOK}: a rule a line; what the compiler makes of it is indented below it.
 *   <li>{@code declarations}: the same for what stands outside of blocks.
 *   <li>{@code console}: {@code $ nfl …} or {@code $ cat …}, and what it says, in that folder.
 * </ul>
 */
final class LanguagePage {
    private static final Pattern FENCE = Pattern.compile("(?ms)^```([^\\n]*)\\n(.*?)^```$");
    /** Words of a command; with spaces in them between single quotes. */
    private static final Pattern ARGUMENT = Pattern.compile("'[^']*'|\\S+");

    private static final String HOST = "host.nfl";
    private static final String INDENT = "    ";

    private final String page;
    private final Path folder;
    private final List<String> problems = new ArrayList<>();
    private final List<String> examples = new ArrayList<>();
    private String host = "";

    /** @param folder empty; takes the named examples */
    LanguagePage(String page, Path folder) {
        this.page = page;
        this.folder = folder;
    }

    /** The page with what the compiler says today. */
    String today() {
        return FENCE.matcher(page).replaceAll(fence -> {
            final List<String> words = Arrays.asList(fence.group(1).strip().split("\\s+"));
            return Matcher.quoteReplacement("```" + fence.group(1) + "\n" + body(words, fence.group(2)) + "```");
        });
    }

    /** What is wrong with the examples themselves, after {@link #today}. */
    List<String> problems() {
        return problems;
    }

    /** The lines of all {@code rules} and {@code declarations}, and refused policies, after {@link #today}. */
    List<String> examples() {
        return examples;
    }

    private String body(List<String> words, String body) {
        return switch (words.get(0)) {
            case "nfl" -> {
                policy(words.subList(1, words.size()), body);
                yield body;
            }
            case "rules" -> {
                final String block = String.join(" ", words.subList(1, words.size()));
                yield eachLine(body, block + " {", rule -> block + " {\n" + rule + "\n}");
            }
            case "declarations" -> eachLine(body, "", text -> text);
            case "console" -> console(body);
            default -> {
                problems.add("no kind of example: " + words);
                yield body;
            }
        };
    }

    private void policy(List<String> words, String body) {
        final String name = words.isEmpty() ? "example.nfl" : words.get(0);
        write(name, body);
        if (name.equals(HOST)) {
            host = body;
        }
        final Set<String> expected = words.size() < 2 ? Set.of() : Set.copyOf(words.subList(1, words.size()));
        final Set<String> actual = compile(name, body).diagnostics().stream()
                .filter(Diagnostic::isError)
                .map(each -> expected.isEmpty() ? each.toString() : each.code().id())
                .collect(Collectors.toCollection(TreeSet::new));
        if (!expected.isEmpty()) {
            examples.add(body);
        }
        if (!actual.equals(expected)) {
            problems.add(name + ": expected " + expected + " and found " + actual + " in\n" + body);
        }
    }

    /** Lines that are indented are the compiler's; the others stay. */
    private String eachLine(String body, String empty, UnaryOperator<String> around) {
        final List<String> before = lines(compile(HOST, host + (empty.isEmpty() ? "" : empty + "}\n")));
        final StringBuilder text = new StringBuilder();
        for (final String line : body.lines().toList()) {
            if (!line.startsWith(INDENT)) {
                text.append(line).append('\n');
                if (!line.isBlank() && !line.startsWith("#")) {
                    examples.add(line);
                    added(before, lines(compile(HOST, host + around.apply(line) + "\n")))
                            .forEach(each -> text.append(INDENT).append(each).append('\n'));
                }
            }
        }
        return text.toString();
    }

    private static List<String> added(List<String> before, List<String> after) {
        final List<String> added = new ArrayList<>(after);
        before.forEach(added::remove);
        return added;
    }

    /** What a policy becomes, without what every file of its kind has; rules of one family alone are marked. */
    private static List<String> lines(Compilation compilation) {
        if (compilation.policy().isEmpty()) {
            return compilation.diagnostics().stream()
                    .filter(Diagnostic::isError)
                    .map(each -> "error[" + each.code().id() + "]: " + each.message())
                    .toList();
        }
        final Policy policy = compilation.policy().orElseThrow();
        final Map<String, String> scripts = new LinkedHashMap<>(Scripts.of(policy, false));
        final List<String> lines = new ArrayList<>();
        final List<String> four = rules(scripts.getOrDefault(Scripts.RULES_V4, ""));
        final List<String> six = rules(scripts.getOrDefault(Scripts.RULES_V6, ""));
        four.forEach(line -> lines.add(six.contains(line) ? line : "IPv4 " + line));
        six.stream().filter(line -> !four.contains(line)).forEach(line -> lines.add("IPv6 " + line));
        for (final String file : List.of(Scripts.ROUTES_V4, Scripts.ROUTES_V6, Scripts.SYSCTL)) {
            scripts.getOrDefault(file, "")
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .forEach(line -> lines.add(file + ": " + line));
        }
        EngineReach.jar(policy, Span.NONE, KernelProfile.MEASURED).warnings().stream()
                .map(each -> "warning[" + each.code().id() + "]: " + each.message())
                .forEach(lines::add);
        return lines;
    }

    private static List<String> rules(String script) {
        return script.lines()
                .filter(line -> line.startsWith("-A ") || line.matches(":\\S+ DROP .*"))
                .toList();
    }

    private Compilation compile(String name, String text) {
        final SourceFinder finder = (importing, path) -> java.util.Optional.of(folder.resolve(path))
                .filter(Files::exists)
                .map(file -> new Source(path, read(file)));
        return NflCompiler.compile(new Source(name, text), finder);
    }

    private String console(String body) {
        return body.lines()
                .filter(line -> line.startsWith("$ "))
                .map(line -> line + "\n" + said(line.substring(2)))
                .collect(Collectors.joining());
    }

    private String said(String command) {
        final List<String> words = ARGUMENT.matcher(command)
                .results()
                .map(each -> each.group().replace("'", ""))
                .toList();
        if (words.get(0).equals("cat")) {
            return read(folder.resolve(words.get(1))).replace(folder + "/", "");
        }
        if (!words.get(0).equals("nfl")) {
            problems.add("no command of the manual: " + command);
            return "";
        }
        final StringWriter said = new StringWriter();
        final PrintWriter writer = new PrintWriter(said);
        Main.commandLine()
                .setOut(writer)
                .setErr(writer)
                .execute(words.stream()
                        .skip(1)
                        .map(word -> Files.exists(folder.resolve(word)) || word.equals("out")
                                ? folder.resolve(word).toString()
                                : word)
                        .toArray(String[]::new));
        return said.toString()
                        .replace(folder + "/", "")
                        .replaceAll("\\d+\\.\\d ms", "N ms")
                        .strip()
                + "\n";
    }

    private void write(String name, String text) {
        try {
            Files.writeString(folder.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
