// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code nfl check}: says what is wrong with a policy, all of it. */
@Command(
        name = "check",
        description = "Says what is wrong with a policy: all of it, in the order of the text.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  nfl check samples/home-gateway",
            "  nfl check --format json edge.nfl",
            "  cat edge.nfl | nfl check -"
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:no errors; warnings and hints are none",
            "1:the policy has errors",
            "2:the command line is wrong",
            "66:the policy cannot be found",
            "74:input or output failed"
        })
final class CheckCommand implements Callable<Integer> {
    @Mixin
    private final CompileRun run = new CompileRun();

    @Override
    public Integer call() {
        return run.compile(compilation -> ExitStatus.FINE);
    }
}
