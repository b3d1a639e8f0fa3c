/** What the engine must know of the host: devices with addresses, routes, rules, sysctls, the kernel's profile. */
@NullMarked
package io.nfl.api.host;

import org.jspecify.annotations.NullMarked;
