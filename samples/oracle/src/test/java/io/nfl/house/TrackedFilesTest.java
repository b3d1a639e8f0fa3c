// SPDX-License-Identifier: Apache-2.0
package io.nfl.house;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What holds for every tracked file and for commit messages. Needs git and a clone; skipped in an archive. */
@Tag("walls")
class TrackedFilesTest {

    /** Spelt with brackets, so that this file does not name what it forbids. */
    private static final Pattern REGISTRY_HOST = Pattern.compile(
            "re[p]o[0-9]*\\.maven|r[e]gistry\\.npmjs|d[e]b\\.debian\\.org|p[y]pi\\.org|p[r]oxy\\.golang\\.org");

    private static final Pattern MACHINE_PATH =
            Pattern.compile("(^|[^a-zA-Z0-9_.])/[w]ork/|/[r]oot/\\.m2|/[h]ome/[a-z]+/", Pattern.MULTILINE);

    private static final Set<String> BINARY = Set.of("pcap", "pcapng", "png", "gz", "jar", "cap");

    private static final Path ROOT =
            Path.of(System.getProperty("nfl.root", ".")).toAbsolutePath();

    private static List<Path> tracked = List.of();

    @BeforeAll
    static void listTheFiles() throws IOException, InterruptedException {
        assumeTrue(Files.exists(ROOT.resolve(".git")), "not a clone");
        tracked = git("ls-files", "-z")
                .transform(names -> List.of(names.split("\0")).stream()
                        .map(ROOT::resolve)
                        .filter(Files::isRegularFile)
                        .toList());
        assertThat(tracked).isNotEmpty();
    }

    @Test
    void noFileNamesARegistryHost() throws IOException {
        assertThat(findings(REGISTRY_HOST)).isEmpty();
    }

    @Test
    void noFileNamesAPathOfSomebodysMachine() throws IOException {
        assertThat(findings(MACHINE_PATH)).isEmpty();
    }

    @Test
    void noCommitMessageNamesARegistryHostOrAPathOfSomebodysMachine() throws IOException, InterruptedException {
        String messages = git("log", "--format=%h %B");
        assertThat(REGISTRY_HOST.matcher(messages).find()).isFalse();
        assertThat(MACHINE_PATH.matcher(messages).find()).isFalse();
    }

    @Test
    void nothingBuiltIsTracked() {
        assertThat(tracked).noneMatch(file -> {
            String name = ROOT.relativize(file).toString();
            return name.contains("/target/") || name.endsWith(".class") || name.endsWith(".jar");
        });
    }

    @Test
    void everyPackageSaysThatItIsNullFree() throws IOException {
        for (Path file : tracked) {
            if (file.endsWith("package-info.java") && !file.toString().contains("src/test")) {
                assertThat(file).content().contains("@NullMarked");
            }
        }
    }

    private static List<String> findings(Pattern forbidden) throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : tracked) {
            String name = file.getFileName().toString();
            if (BINARY.contains(name.substring(name.lastIndexOf('.') + 1))) {
                continue;
            }
            String text = Files.readString(file, ISO_8859_1);
            Matcher matcher = forbidden.matcher(text);
            while (matcher.find()) {
                long line = text.substring(0, matcher.start())
                                .chars()
                                .filter(c -> c == '\n')
                                .count()
                        + 1;
                found.add(ROOT.relativize(file) + ":" + line + ": " + matcher.group());
            }
        }
        return found;
    }

    private static String git(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("git", "-c", "safe.directory=*"));
        command.addAll(List.of(arguments));
        Process git = new ProcessBuilder(command)
                .directory(ROOT.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String answer = new String(git.getInputStream().readAllBytes(), ISO_8859_1);
        assumeTrue(git.waitFor() == 0, "git does not read this clone");
        return answer;
    }
}
