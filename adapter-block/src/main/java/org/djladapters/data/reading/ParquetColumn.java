/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data.reading;

import com.google.gson.JsonArray;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.djladapters.io.MalformedFileException;

/**
 * A column of a Parquet file whose values are texts, numbers or booleans, or lists of these.
 *
 * @param list the level at which a list is there, perhaps empty, in the terms of the format; -1 for
 *     a column without lists
 * @param level the level at which a value is there
 * @param value reads a value that is there
 */
record ParquetColumn(Path file, Type type, int list, int level, Value value) {

    private static final int NO_LIST = -1;

    @FunctionalInterface
    private interface Value {
        String of(ColumnReader reader) throws IOException;
    }

    /**
     * Takes a column, and refuses one of other values.
     *
     * @param tree the element of the column and all below it
     * @param mayBeList whether it may have lists, each a group with a group of elements
     */
    static ParquetColumn of(Path file, List<SchemaElement> tree, boolean mayBeList)
            throws IOException {
        SchemaElement column = tree.get(0);
        boolean isList =
                mayBeList
                        && tree.size() == 3
                        && tree.get(1).getRepetition_type() == FieldRepetitionType.REPEATED
                        && tree.get(1).getNum_children() == 1;
        SchemaElement leaf = tree.get(isList ? 2 : 0);
        boolean plain =
                leaf.getNum_children() == 0
                        && leaf.isSetType()
                        && leaf.getRepetition_type() != FieldRepetitionType.REPEATED;
        Value value = plain ? value(leaf) : null;
        if (value == null) {
            throw new MalformedFileException(
                    file,
                    ("the column %s is of the type %s, but texts, numbers and booleans are read;"
                         + " write it as a text, or name the columns that are to be read")
                            .formatted(
                                    MalformedFileException.quote(column.getName()),
                                    plain ? name(leaf) : "list or object"));
        }
        PrimitiveType type =
                new PrimitiveType(
                        repetition(leaf),
                        PrimitiveTypeName.valueOf(primitive(leaf)),
                        leaf.getType_length(),
                        leaf.getName());
        if (!isList) {
            return new ParquetColumn(file, type, NO_LIST, optional(leaf), value);
        }
        GroupType elements = new GroupType(Repetition.REPEATED, tree.get(1).getName(), type);
        int list = optional(column);
        return new ParquetColumn(
                file,
                new GroupType(repetition(column), column.getName(), elements),
                list,
                list + 1 + optional(leaf),
                value);
    }

    private static Repetition repetition(SchemaElement element) {
        return optional(element) == 0 ? Repetition.REQUIRED : Repetition.OPTIONAL;
    }

    private static int optional(SchemaElement element) {
        return element.getRepetition_type() == FieldRepetitionType.REQUIRED ? 0 : 1;
    }

    /** Returns the library's name of the type of the values as they are stored. */
    private static String primitive(SchemaElement element) {
        return switch (element.getType()) {
            case BYTE_ARRAY -> "BINARY";
            default -> element.getType().name();
        };
    }

    private static String name(SchemaElement element) {
        String stored = element.getType().name();
        if (element.isSetLogicalType()) {
            return element.getLogicalType().getSetField() + " in " + stored;
        }
        return element.isSetConverted_type()
                ? element.getConverted_type() + " in " + stored
                : stored;
    }

    private static Value value(SchemaElement element) {
        LogicalType logical = element.getLogicalType();
        ConvertedType converted = element.getConverted_type();
        if (logical != null ? logical.isSetDECIMAL() : converted == ConvertedType.DECIMAL) {
            return decimal(element);
        }
        boolean none = logical == null && converted == null;
        return switch (element.getType()) {
            case BOOLEAN -> reader -> Boolean.toString(reader.getBoolean());
            case FLOAT -> reader -> number(reader.getFloat(), Float.toString(reader.getFloat()));
            case DOUBLE ->
                    reader -> number(reader.getDouble(), Double.toString(reader.getDouble()));
            case INT32 -> {
                if (isUnsigned(element)) {
                    yield reader -> Integer.toUnsignedString(reader.getInteger());
                }
                yield none || isInteger(element)
                        ? reader -> Integer.toString(reader.getInteger())
                        : null;
            }
            case INT64 -> {
                if (isUnsigned(element)) {
                    yield reader -> Long.toUnsignedString(reader.getLong());
                }
                yield none || isInteger(element) ? reader -> Long.toString(reader.getLong()) : null;
            }
            case BYTE_ARRAY -> isText(element) ? ParquetColumn::utf8 : null;
            default -> null;
        };
    }

    private static boolean isText(SchemaElement element) {
        LogicalType logical = element.getLogicalType();
        if (logical != null) {
            return logical.isSetSTRING() || logical.isSetENUM() || logical.isSetJSON();
        }
        ConvertedType type = element.getConverted_type();
        return type == ConvertedType.UTF8
                || type == ConvertedType.ENUM
                || type == ConvertedType.JSON;
    }

    private static boolean isInteger(SchemaElement element) {
        LogicalType logical = element.getLogicalType();
        return logical != null
                ? logical.isSetINTEGER()
                : element.getConverted_type().name().matches("U?INT_.*");
    }

    private static boolean isUnsigned(SchemaElement element) {
        LogicalType logical = element.getLogicalType();
        if (logical != null) {
            return logical.isSetINTEGER() && !logical.getINTEGER().isIsSigned();
        }
        ConvertedType type = element.getConverted_type();
        return type != null && type.name().startsWith("UINT_");
    }

    private static Value decimal(SchemaElement element) {
        LogicalType logical = element.getLogicalType();
        int scale = logical != null ? logical.getDECIMAL().getScale() : element.getScale();
        return switch (element.getType()) {
            case INT32 -> reader -> BigDecimal.valueOf(reader.getInteger(), scale).toPlainString();
            case INT64 -> reader -> BigDecimal.valueOf(reader.getLong(), scale).toPlainString();
            case BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY ->
                    reader ->
                            new BigDecimal(new BigInteger(reader.getBinary().getBytes()), scale)
                                    .toPlainString();
            default -> null;
        };
    }

    /** Takes what is not a number, as tools write where there is none, for a missing value. */
    private static String number(double value, String text) {
        return Double.isNaN(value) ? null : text;
    }

    private static String utf8(ColumnReader reader) throws CharacterCodingException {
        ByteBuffer bytes = reader.getBinary().toByteBuffer();
        return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    }

    /** Reads the next cell; null where there is none. A list is written as JSON. */
    String text(ColumnReader reader) throws IOException {
        try {
            return list == NO_LIST ? next(reader) : list(reader);
        } catch (CharacterCodingException e) {
            throw new MalformedFileException(
                    file,
                    "the column %s has a text that is not UTF-8; save it in that encoding"
                            .formatted(MalformedFileException.quote(type.getName())),
                    e);
        }
    }

    private String next(ColumnReader reader) throws IOException {
        String text = reader.getCurrentDefinitionLevel() == level ? value.of(reader) : null;
        reader.consume();
        return text;
    }

    private String list(ColumnReader reader) throws IOException {
        int there = reader.getCurrentDefinitionLevel();
        if (there <= list) {
            reader.consume();
            return there == list ? "[]" : null;
        }
        JsonArray values = new JsonArray();
        do {
            values.add(next(reader));
        } while (reader.getCurrentRepetitionLevel() > 0);
        return values.toString();
    }

    /** Takes no values: they are asked for. */
    static final class Nothing extends GroupConverter {

        private static final Converter COLUMN = new PrimitiveConverter() {};

        private final GroupType type;

        Nothing(GroupType type) {
            this.type = type;
        }

        @Override
        public Converter getConverter(int field) {
            Type below = type.getType(field);
            return below.isPrimitive() ? COLUMN : new Nothing(below.asGroupType());
        }

        @Override
        public void start() {
            // nothing to begin
        }

        @Override
        public void end() {
            // nothing to end
        }
    }
}
