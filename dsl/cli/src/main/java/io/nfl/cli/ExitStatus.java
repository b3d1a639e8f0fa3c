// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli;

/** What a command says to the shell. The numbers above 2 are those of sysexits.h. */
public final class ExitStatus {

    public static final int FINE = 0;
    /** The policy has errors, a test failed, or two things that were compared differ. */
    public static final int FINDINGS = 1;

    public static final int USAGE = 2;
    public static final int NO_INPUT = 66;
    /** A fault of ours; never the user's. */
    public static final int BUG = 70;

    public static final int INPUT_OUTPUT = 74;
    public static final int NOT_PERMITTED = 77;

    private ExitStatus() {}
}
