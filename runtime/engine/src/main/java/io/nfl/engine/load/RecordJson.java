// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.load;

import io.nfl.api.net.IpAddress;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Records as JSON and back. A record is an object of its components by name; where the declared type is an interface,
 * {@code type} names the record under {@code io.nfl.api}. Enums are their names, addresses and durations their text,
 * an absent value is null; sets are sorted, so that equal values give equal text.
 */
public final class RecordJson {
    private static final String VOCABULARY = "io.nfl.api.";
    private static final String TYPE = "type";
    private static final String VALUE = "value";

    private RecordJson() {}

    public static String write(final Record value) {
        return JsonText.write(encode(value, value.getClass()));
    }

    /** @throws IllegalArgumentException where the text is no such record */
    public static <T extends Record> T read(final String text, final Class<T> type) {
        return type.cast(decode(JsonText.parse(text), type));
    }

    private static @Nullable Object encode(final Object value, final Type declared) {
        if (value instanceof Optional<?> optional) {
            return optional.isPresent() ? encode(optional.get(), argument(declared, 0)) : null;
        }
        if (value instanceof OptionalInt optional) {
            return optional.isPresent() ? (long) optional.getAsInt() : null;
        }
        if (value instanceof Map<?, ?> map) {
            return new TreeMap<>(map);
        }
        if (value instanceof Set<?> set) {
            return encodeAll(
                    set.stream().sorted(Comparator.comparing(RecordJson::rank)).toList(), argument(declared, 0));
        }
        if (value instanceof List<?> list) {
            return encodeAll(list, argument(declared, 0));
        }
        if (value instanceof Enum<?> constant) {
            return constant.name();
        }
        if (value instanceof Integer number) {
            return number.longValue();
        }
        if (value instanceof Long || value instanceof Boolean || value instanceof String) {
            return value;
        }
        if (value instanceof Duration) {
            return value.toString();
        }
        final boolean named = declared != value.getClass();
        final Map<String, @Nullable Object> object = new LinkedHashMap<>();
        if (named) {
            object.put(TYPE, value.getClass().getName().substring(VOCABULARY.length()));
        }
        if (value instanceof IpAddress) {
            object.put(VALUE, value.toString());
            return named ? object : value.toString();
        }
        for (final RecordComponent component : value.getClass().getRecordComponents()) {
            object.put(component.getName(), encode(get(component, value), component.getGenericType()));
        }
        return object;
    }

    private static List<@Nullable Object> encodeAll(final List<?> list, final Type declared) {
        final List<@Nullable Object> encoded = new ArrayList<>();
        for (final Object each : list) {
            encoded.add(encode(each, declared));
        }
        return encoded;
    }

    /** Enums in their own order, all else by text. */
    private static String rank(final Object value) {
        return value instanceof Enum<?> constant ? String.format("%08d", constant.ordinal()) : value.toString();
    }

    private static Object get(final RecordComponent component, final Object record) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(record);
        } catch (final IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("an accessor of " + record.getClass() + " fails", e);
        }
    }

    private static Type argument(final Type type, final int index) {
        return type instanceof ParameterizedType generic ? generic.getActualTypeArguments()[index] : Object.class;
    }

    private static Object decode(final @Nullable Object json, final Type declared) {
        final Class<?> type = raw(declared);
        if (type == Optional.class) {
            return json == null ? Optional.empty() : Optional.of(decode(json, argument(declared, 0)));
        }
        if (type == OptionalInt.class) {
            return json == null ? OptionalInt.empty() : OptionalInt.of(Math.toIntExact(cast(json, Long.class)));
        }
        if (type == List.class || type == Set.class) {
            final List<Object> list = new ArrayList<>();
            for (final Object each : cast(json, List.class)) {
                list.add(decode(each, argument(declared, 0)));
            }
            return type == List.class ? list : new LinkedHashSet<>(list);
        }
        if (type == boolean.class || type == Boolean.class) {
            return cast(json, Boolean.class);
        }
        if (type == Map.class || type == String.class) {
            return cast(json, type);
        }
        if (type == int.class || type == Integer.class) {
            return Math.toIntExact(cast(json, Long.class));
        }
        if (type == long.class || type == Long.class) {
            return cast(json, Long.class);
        }
        if (type == Duration.class) {
            return Duration.parse(cast(json, String.class));
        }
        if (type == IpAddress.class) {
            return IpAddress.parse(cast(json, String.class));
        }
        if (type.isEnum()) {
            return constant(type, cast(json, String.class));
        }
        return type.isRecord() ? record(type, cast(json, Map.class)) : named(type, cast(json, Map.class));
    }

    private static Class<?> raw(final Type type) {
        return type instanceof ParameterizedType generic ? raw(generic.getRawType()) : (Class<?>) type;
    }

    private static <T> T cast(final @Nullable Object json, final Class<T> type) {
        if (!type.isInstance(json)) {
            throw new IllegalArgumentException("`" + json + "` where a " + type.getSimpleName() + " should be");
        }
        return type.cast(json);
    }

    private static Object constant(final Class<?> type, final String name) {
        for (final Object each : type.getEnumConstants()) {
            if (((Enum<?>) each).name().equals(name)) {
                return each;
            }
        }
        throw new IllegalArgumentException("`" + name + "` is no " + type.getSimpleName());
    }

    /** Only records of the vocabulary: a file cannot name any other class. */
    private static Object named(final Class<?> declared, final Map<?, ?> json) {
        final String name = cast(json.get(TYPE), String.class);
        try {
            final Class<?> type = Class.forName(VOCABULARY + name, false, RecordJson.class.getClassLoader());
            if (!type.isRecord() || !declared.isAssignableFrom(type)) {
                throw new IllegalArgumentException("`" + name + "` is no " + declared.getSimpleName());
            }
            return type == IpAddress.class ? decode(json.get(VALUE), type) : record(type, json);
        } catch (final ClassNotFoundException e) {
            throw new IllegalArgumentException("`" + name + "` is unknown", e);
        }
    }

    private static Object record(final Class<?> type, final Map<?, ?> json) {
        final RecordComponent[] components = type.getRecordComponents();
        final Object[] values = new Object[components.length];
        final Class<?>[] types = new Class<?>[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            values[i] = decode(json.get(components[i].getName()), components[i].getGenericType());
        }
        try {
            final Constructor<?> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (final InvocationTargetException e) {
            throw new IllegalArgumentException("not a " + type.getSimpleName() + ": " + e.getCause(), e);
        } catch (final ReflectiveOperationException e) {
            throw new IllegalStateException(type + " has no canonical constructor", e);
        }
    }
}
