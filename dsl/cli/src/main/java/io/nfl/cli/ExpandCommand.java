// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code nfl expand}: prints the rules that short declarations stand for. */
@Command(
        name = "expand",
        description = "Prints the rules that the publish declarations of a policy stand for, as NFL.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {"  nfl expand samples/home-gateway"},
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:the rules are printed",
            "1:the policy has errors",
            "2:the command line is wrong",
            "66:the policy cannot be found",
            "74:input or output failed"
        })
final class ExpandCommand implements Callable<Integer> {
    @Mixin
    private final CompileRun run = new CompileRun();

    @Override
    public Integer call() {
        return run.compile(compilation -> {
            compilation.expansions().forEach(text -> run.out().println(text.stripTrailing() + "\n"));
            run.out().flush();
            return ExitStatus.FINE;
        });
    }
}
