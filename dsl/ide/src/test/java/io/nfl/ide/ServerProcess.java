// SPDX-License-Identifier: Apache-2.0
package io.nfl.ide;

/** The server as a process of its own, as an editor starts it. */
final class ServerProcess {
    private ServerProcess() {}

    public static void main(final String... arguments) {
        System.exit(PolicyServer.serve(System.in, System.out));
    }
}
