// SPDX-License-Identifier: Apache-2.0
package io.nfl.kernel.outcome;

/** Names of error numbers (include/uapi/asm-generic/errno.h). */
public enum Errno {
    EPERM(1),
    EACCES(13),
    ENODEV(19),
    EINVAL(22),
    EMSGSIZE(90),
    EADDRINUSE(98),
    EADDRNOTAVAIL(99),
    ENETUNREACH(101),
    ENOBUFS(105),
    ECONNREFUSED(111),
    EHOSTUNREACH(113),
    EINPROGRESS(115);

    private final int number;

    Errno(final int number) {
        this.number = number;
    }

    /** The name, or the number where the table has none. */
    public static String nameOf(final int number) {
        for (final Errno errno : values()) {
            if (errno.number == number) {
                return errno.name();
            }
        }
        return Integer.toString(number);
    }

    /** The number of a name; -1 where the table has none. */
    public static int numberOf(final String name) {
        for (final Errno errno : values()) {
            if (errno.name().equals(name)) {
                return errno.number;
            }
        }
        return -1;
    }
}
