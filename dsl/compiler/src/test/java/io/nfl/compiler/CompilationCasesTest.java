// SPDX-License-Identifier: Apache-2.0
package io.nfl.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import io.nfl.diag.Diagnostic;
import io.nfl.iptables.Scripts;
import io.nfl.lang.Source;
import io.nfl.lang.SourceFinder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Policies, and what becomes of them: the rules of both families, or what is said. {@code compilation-cases.txt},
 * rewritten with {@code -Dnfl.update}. Every case stands behind the same declarations.
 */
class CompilationCasesTest {
    private static final String FILE = "compilation-cases.txt";
    private static final String BETWEEN = "----\n";
    private static final String MADE = "  > ";

    /** One line each, behind the case: so lines are the case's own. */
    private static final String DECLARATIONS = """

            interface wan = eth0 { address 203.0.113.2/24 }
            interface lan = eth1 { address 192.168.1.1/24, 2001:db8:1::1/64 }
            interface guest = "eth1.20" { address 192.168.20.1/24 }
            forwarding on
            address pc1 = 192.168.1.10
            address pc2 = 192.168.1.11
            address admins = 192.168.1.10, 192.168.1.32/28, 192.168.1.100-192.168.1.110, 2001:db8:1::10
            service mixed = tcp 53, udp 53, proto esp
            mark guests = 0x10/0xf0
            zone inside = lan, guest
            """;

    @TestFactory
    Stream<DynamicTest> aPolicyBecomesItsRulesOrIsRefusedWithReasons() throws IOException {
        final List<String> cases = List.of(read().split("(?m)^" + BETWEEN));
        if (System.getProperty("nfl.update") != null) {
            final Path file = Path.of(
                    Objects.requireNonNull(System.getProperty("nfl.root")),
                    "dsl/compiler/src/test/resources/io/nfl/compiler",
                    FILE);
            Files.writeString(
                    file,
                    String.join(
                            BETWEEN,
                            cases.stream().map(each -> answered(text(each))).toList()));
            return Stream.empty();
        }
        return cases.stream()
                .map(each -> DynamicTest.dynamicTest(
                        text(each).replace('\n', ' '),
                        () -> assertThat(answered(text(each))).isEqualTo(each)));
    }

    private static String text(final String aCase) {
        return aCase.lines()
                .filter(line -> !line.startsWith(MADE))
                .map(line -> line + "\n")
                .reduce("", String::concat);
    }

    private static String answered(final String text) {
        final Compilation compilation =
                NflCompiler.compile(new Source("case.nfl", text + DECLARATIONS), SourceFinder.NONE);
        final List<String> lines = new ArrayList<>();
        compilation.diagnostics().stream()
                .filter(each -> each.span().offset() < text.length())
                .map(each -> said(each, text))
                .forEach(lines::add);
        compilation.policy().ifPresent(policy -> {
            final Map<String, String> scripts = Scripts.of(policy, false);
            rules(scripts.getOrDefault(Scripts.RULES_V4, ""), "v4 ", lines);
            rules(scripts.getOrDefault(Scripts.RULES_V6, ""), "v6 ", lines);
        });
        return text + lines.stream().map(line -> MADE + line + "\n").reduce("", String::concat);
    }

    private static void rules(final String script, final String prefix, final List<String> lines) {
        script.lines()
                .filter(line -> line.startsWith("-A"))
                .map(line -> prefix + line.substring("-A ".length()))
                .forEach(lines::add);
    }

    /** Line, column, code, the underlined text, message, notes and fixes. */
    private static String said(final Diagnostic diagnostic, final String text) {
        final var span = diagnostic.span();
        final int end = Math.min(text.length(), span.offset() + span.length());
        final StringBuilder said = new StringBuilder(span.line() + ":" + span.column() + " "
                + diagnostic.code().id() + " ["
                + text.substring(span.offset(), end).replace("\n", "\\n") + "] "
                + diagnostic.message());
        diagnostic.notes().forEach(note -> said.append("; ").append(note.text()));
        diagnostic.fixes().forEach(fix -> said.append("; fix: ").append(fix.title()));
        return said.toString();
    }

    private static String read() throws IOException {
        try (var stream = Objects.requireNonNull(CompilationCasesTest.class.getResourceAsStream(FILE))) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
