// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The manual's page of the language: its examples compile, or are wrong in the way it says; what it shows as output is
 * what the compiler says today ({@code -Dnfl.update} rewrites that); and no word of the grammar is missing.
 */
class LanguagePageTest {
    private static final Path PAGE = Path.of("../docs/language.md");
    private static final Path GRAMMAR = Path.of("../lang/src/main/java/io/nfl/lang/Nfl.xtext");
    private static final Pattern CODE = Pattern.compile("(?ms)^```[^\\n]*\\n.*?^```$|`[^`\\n]+`");
    private static final Pattern KEYWORD = Pattern.compile("'([a-z][a-z0-9-]+)'");

    @TempDir
    Path folder = Path.of("");

    @Test
    void everyExampleDoesWhatThePageSays() throws IOException {
        final String written = Files.readString(PAGE);
        final LanguagePage page = new LanguagePage(written, folder);
        final String today = page.today();
        assertThat(page.problems()).isEmpty();
        if (System.getProperty("nfl.update") != null) {
            Files.writeString(PAGE, today);
        } else {
            assertThat(written).isEqualTo(today);
        }
    }

    @Test
    void thePolicyOfTheReadmeCompiles() throws IOException {
        final String readme = Files.readString(Path.of("../../README.md"));
        final int begin = readme.indexOf("```nfl\n");
        final LanguagePage page =
                new LanguagePage(readme.substring(begin, readme.indexOf("```\n", begin + 4) + 4), folder);
        page.today();
        assertThat(begin).isPositive();
        assertThat(page.problems()).isEmpty();
    }

    @Test
    void everyWordOfTheGrammarStandsInAnExampleOrIsNamed() throws IOException {
        final String code = CODE.matcher(Files.readString(PAGE))
                .results()
                .map(MatchResult::group)
                .collect(Collectors.joining("\n"));
        assertThat(missing(keywords(Files.readString(GRAMMAR)), code)).isEmpty();
    }

    @Test
    void everyActionAndMatchHasAnExampleThatTellsWhatBecomesOfIt() throws IOException {
        final LanguagePage page = new LanguagePage(Files.readString(PAGE), folder);
        page.today();
        final String grammar = Files.readString(GRAMMAR);
        for (final String rule : List.of(
                "Action",
                "SetAction",
                "Match",
                "PortPart",
                "CtState",
                "Route",
                "RouteType",
                "RuleSelector",
                "Refusal")) {
            final java.util.regex.Matcher text =
                    Pattern.compile("(?ms)^(enum )?" + rule + ":.*?;$").matcher(grammar);
            assertThat(text.find()).as(rule).isTrue();
            assertThat(missing(keywords(text.group()), String.join("\n", page.examples())))
                    .as(rule)
                    .isEmpty();
        }
    }

    private static Set<String> keywords(String grammar) {
        return KEYWORD.matcher(grammar.replaceAll("'synthetic:[^']*'", ""))
                .results()
                .map(each -> each.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> missing(Set<String> words, String text) {
        return words.stream()
                .filter(word -> !Pattern.compile("(?<![\\w-])" + Pattern.quote(word) + "(?![\\w-])")
                        .matcher(text)
                        .find())
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
