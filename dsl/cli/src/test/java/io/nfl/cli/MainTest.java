// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class MainTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void theVersionComesFromTheBuild() {
        assertThat(run("--version")).isEqualTo(ExitStatus.FINE);
        assertThat(out.toString()).matches("nfl \\d+\\.\\d+\\.\\d+(-SNAPSHOT)? \\(Java .+\\)\\R");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void helpGoesToStdoutAndListsTheExitStatus() {
        assertThat(run("--help")).isEqualTo(ExitStatus.FINE);
        assertThat(out.toString()).contains("Exit status:").contains("66");
    }

    @Test
    void wrongUsageIsToldOnStderr() {
        assertThat(run("--no-such-option")).isEqualTo(ExitStatus.USAGE);
        assertThat(run()).isEqualTo(ExitStatus.USAGE);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains("--no-such-option");
    }

    @Test
    void anExceptionIsABugOfOursAndKeepsItsStackTraceToItself() {
        CommandLine nfl = withWriters(Main.commandLine().addSubcommand(new Broken()));
        assertThat(nfl.execute("broken")).isEqualTo(ExitStatus.BUG);
        assertThat(err.toString()).contains("this is a bug").doesNotContain("\tat ");
    }

    @Command(name = "broken")
    private static final class Broken implements Runnable {
        @Override
        public void run() {
            throw new IllegalStateException("impossible");
        }
    }

    private int run(String... arguments) {
        return withWriters(Main.commandLine()).execute(arguments);
    }

    private CommandLine withWriters(CommandLine nfl) {
        return nfl.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    }
}
