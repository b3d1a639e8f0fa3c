// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli;

/** What a command says to the shell. The numbers above 2 are those of sysexits.h. */
final class ExitStatus {

    static final int FINE = 0;
    /** The policy has errors, a test failed, or two things that were compared differ. */
    static final int FINDINGS = 1;

    static final int USAGE = 2;
    static final int NO_INPUT = 66;
    /** A fault of ours; never the user's. */
    static final int BUG = 70;

    static final int INPUT_OUTPUT = 74;
    static final int NOT_PERMITTED = 77;

    private ExitStatus() {}
}
