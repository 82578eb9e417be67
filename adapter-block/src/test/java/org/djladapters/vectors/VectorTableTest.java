/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.djladapters.safetensors.SafetensorsFile;
import org.djladapters.safetensors.StoredTensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VectorTableTest {

    private static final float[] ROWS = {1, -0.1f, 3.4e38f, 1e-40f, 0, 0.3f};

    @TempDir private Path folder;

    @ParameterizedTest
    @CsvSource({"safetensors, true", "safetensors, false", "jsonl, true", "jsonl, false"})
    void whatIsWrittenIsReadAsItWas(String form, boolean withTexts) throws IOException {
        Map<String, String> provenance = Map.of(VectorTable.MODEL_SHA256, "ab12");
        Optional<List<String>> texts =
                withTexts ? Optional.of(List.of("first \"one\"\n", "zwölf")) : Optional.empty();
        Path file = folder.resolve("vectors." + form);

        VectorTable.of(List.of("b", "ä"), texts, ROWS, provenance).write(file);
        VectorTable read = VectorTable.read(file);

        assertThat(read.ids()).containsExactly("b", "ä");
        assertThat(read.texts()).isEqualTo(texts);
        assertThat(read.width()).isEqualTo(3);
        assertThat(read.row(0)).containsExactly(1, -0.1f, 3.4e38f);
        assertThat(read.row(1)).containsExactly(1e-40f, 0, 0.3f);
        assertThat(read.rows().isReadOnly()).isTrue();
        assertThat(read.provenance()).isEqualTo(form.equals("jsonl") ? Map.of() : provenance);
        assertThat(read.place("ä")).hasValue(1);
        assertThat(read.place("c")).isEmpty();
    }

    @Test
    void manyVectorsKeepTheirPlaces() throws IOException {
        int width = 384;
        float[] rows = new float[100 * width];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = i + 0.5f;
        }
        List<String> ids = IntStream.range(0, 100).mapToObj(i -> "" + i).toList();
        for (String name : List.of("vectors", "vectors.jsonl")) {
            Path file = folder.resolve(name);
            VectorTable.of(ids, Optional.empty(), rows, Map.of()).write(file);

            float[] read = new float[rows.length];
            VectorTable.read(file).rows().get(read);
            assertThat(read).isEqualTo(rows);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'id':'a','embedding':[1,2.5]}         | a |",
                "{'vector':[1.0,25e-1],'id':7,'x':[{}]} | 7 |",
                "{'id':'a','text':null,'values':[1,2.5]}| a |",
                "{'text':'t','values':[1,2.5],'id':'a'} | a | t",
                "{'entries':[{'id':'a','embedding':{'vector':[1,2.5]},'embedded':{'text':'t'}}]}"
                        + " |a|t",
                "{ 'entries' : [{'id':'a','embedding':{'vector':[1,2.5]},'embedded':null}]} | a |"
            })
    void formsAreToldByTheirContent(String json, String id, String text) throws IOException {
        VectorTable table = VectorTable.read(write(json.replace('\'', '"') + "\n"));

        assertThat(table.ids()).containsExactly(id);
        assertThat(table.row(0)).containsExactly(1, 2.5f);
        assertThat(table.texts()).isEqualTo(Optional.ofNullable(text).map(List::of));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``                                         | holds no vectors; check",
                "{'entries':[]}                             | holds no vectors; check",
                "{'id':'a','vector':[1,2]}~                 | ok",
                "{'id':'a','vector':[1,2]}~~                | line 2 is blank; remove it",
                "{'id':'a','vector':[1,2]}~{'id':'b','vector':[1]} | line 2 has a vector of 1"
                        + " numbers where those before have 2; keep",
                "{'id':'a','vector':[1]}~{'id':'a','vector':[2]} | line 2 has the id 'a' for the"
                        + " second time; give",
                "{'id':'a','vector':[1]}~{'id':'b','text':'t','vector':[2]} | line 2 has a text,"
                        + " unlike those before; give",
                "{'id':'a','text':'t','vector':[1]}~{'id':'b','vector':[2]} | line 2 has no text,"
                        + " unlike those before; give",
                "{'id':'a','vector':[1,NaN]}                | line 1 has a number that is not"
                        + " finite in its vector; embed",
                "{'id':'a','vector':[1,1e99]}               | line 1 has a number that is not"
                        + " finite in its vector; embed",
                "{'id':'a','vector':[0,-0.0]}               | line 1 has a vector of zeros, which"
                        + " has no direction; embed",
                "{'id':'a','vector':[]}                     | line 1 has a vector without numbers;"
                        + " embed",
                "{'id':'a','vector':[1,'NaN']}              | line 1, 'vector' must be a list of"
                        + " numbers alone; correct",
                "{'id':'a','vector':'[1]'}                  | line 1, 'vector' must be a list of"
                        + " numbers; correct",
                "{'id':'a','vector':[1],'values':[1]}       | line 1 has a second vector; leave"
                        + " one",
                "{'id':'a'}                                 | line 1 has no vector; give it",
                "{'vector':[1]}                             | line 1 has no id; give it",
                "{'id':' ','vector':[1]}                    | line 1 has an empty id; give it",
                "{'id':null,'vector':[1]}                   | line 1, 'id' must be a text or a"
                        + " number; correct",
                "{'id':'a','text':[],'vector':[1]}          | line 1, 'text' must be a text;"
                        + " correct",
                "[1]                                        | line 1 must be a JSON object;"
                        + " correct",
                "{'id':'a','vector':[1]                     | line 1 is not JSON (column 23);"
                        + " export",
                "{'id':'a','vector':[1]} {}                 | line 1 is not JSON (column 26);"
                        + " export",
                "{'entries':[{'id':'a','vector':[1]},{'id':'b'}]} | entry 2 has no vector; give it",
                "{'entries':[{'id':'a','vector':[1]}        | after entry 1 it is not JSON",
                "{'entries':{}}                             | the field 'entries' must be a list;"
                        + " correct",
                "id,vector                                  | line 1 is not JSON (column 1);"
                        + " export",
            })
    void badTextIsRefused(String text, String message) throws IOException {
        Path file = write(text.strip().replace('\'', '"').replace('~', '\n'));

        if (message.equals("ok")) {
            assertThat(VectorTable.read(file).size()).isOne();
        } else {
            assertThatThrownBy(() -> VectorTable.read(file))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith(file + ": " + message);
        }
    }

    @Test
    void otherEncodingsAndMissingFilesAreRefused() throws IOException {
        Path file = folder.resolve("latin.jsonl");
        Files.write(file, "{\"id\":\"\u00e4\"}".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> VectorTable.read(file))
                .hasMessageContaining("line 1, is not UTF-8; save");
        assertThatThrownBy(() -> VectorTable.read(folder.resolve("none")))
                .hasMessageContaining("is not a file; give vectors");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "FLOAT32 | 2,2 | ['a','b'] | ['s','t']  | 1 | ok",
                "FLOAT16 | 2,2 | ['a','b'] |            | 1 | tensor 'vectors' is of type float16"
                        + " where float32 is needed; save",
                "INT8    | 2,2 | ['a','b'] |            | 1 | tensor 'vectors' is of type int8"
                        + " where float32 is needed; save",
                "FLOAT32 | 4   | ['a','b'] |            | 1 | tensor 'vectors' is of shape (4);"
                        + " save",
                "FLOAT32 | 0,2 | []        |            | 1 | tensor 'vectors' is of shape (0, 2);"
                        + " save",
                "FLOAT32 | 2,2 |           |            | 1 | has no ids in its metadata; save",
                "FLOAT32 | 2,2 | ['a']     |            | 1 | the metadata 'ids' has 1 entries for"
                        + " 2 vectors; save",
                "FLOAT32 | 2,2 | ['a',1]   |            | 1 | the metadata 'ids' has the entry '1',"
                        + " which is no string; save",
                "FLOAT32 | 2,2 | {}        |            | 1 | the metadata 'ids' is not a JSON"
                        + " list; save",
                "FLOAT32 | 2,2 | [         |            | 1 | the metadata 'ids': is not JSON",
                "FLOAT32 | 2,2 | ['a','a'] |            | 1 | Vector 1 has the id 'a' for the"
                        + " second time; give",
                "FLOAT32 | 2,2 | ['a','b'] | ['s']      | 1 | the tensor 'texts' has 1 entries for"
                        + " 2 vectors; save",
                "FLOAT32 | 2,2 | ['a','b'] | ü          | 1 | the tensor 'texts' is not UTF-8;"
                        + " save",
                "FLOAT32 | 2,2 | ['a','b'] |            | NaN | Vector 0 has a number that is not"
                        + " finite in its vector; embed",
                "FLOAT32 | 2,2 | ['a','b'] |            | 0 | Vector 0 has a vector of zeros, which"
                        + " has no direction; embed",
            })
    void badTensorsAreRefused(
            DataType type, String shape, String ids, String texts, float number, String message)
            throws IOException {
        long[] dimensions = List.of(shape.split(",")).stream().mapToLong(Long::parseLong).toArray();
        Map<String, StoredTensor> tensors = new TreeMap<>();
        Shape wanted = new Shape(dimensions);
        ByteBuffer bytes =
                ByteBuffer.allocate((int) wanted.size() * type.getNumOfBytes())
                        .order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.remaining() >= Float.BYTES) {
            bytes.putFloat(number);
        }
        tensors.put("vectors", stored(type, wanted, bytes.array()));
        if (texts != null) {
            byte[] json = texts.replace('\'', '"').getBytes(StandardCharsets.ISO_8859_1);
            tensors.put("texts", stored(DataType.UINT8, new Shape(json.length), json));
        }
        Path file = folder.resolve("vectors.safetensors");
        SafetensorsFile.writeStored(
                file,
                tensors,
                ids == null ? Map.of() : Map.of("ids", ids.replace('\'', '"'), "k", "v"));

        if (message.equals("ok")) {
            assertThat(VectorTable.read(file).provenance()).isEqualTo(Map.of("k", "v"));
        } else {
            assertThatThrownBy(() -> VectorTable.read(file))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith(file + ": " + message);
        }
    }

    private static StoredTensor stored(DataType type, Shape shape, byte[] bytes) {
        return new StoredTensor(
                type, shape, channel -> StoredTensor.writeFully(ByteBuffer.wrap(bytes), channel));
    }

    @Test
    void safetensorsOfOtherThingsAreRefused() throws IOException {
        Path file = folder.resolve("other.safetensors");
        SafetensorsFile.writeStored(
                file, Map.of("x", stored(DataType.INT8, new Shape(1), new byte[1])), Map.of());
        assertThatThrownBy(() -> VectorTable.read(file))
                .hasMessage(file + ": has no tensor 'vectors'; save the vectors under that name");
        Files.write(file, new byte[] {9, 0, 0, 0, 0, 0, 0, 0, '{'});
        assertThatThrownBy(() -> VectorTable.read(file)).hasMessageContaining("header of 9 bytes");
    }

    @Test
    void cutVectorsHaveLengthOne() {
        VectorTable table =
                VectorTable.of(
                        List.of("a", "b"),
                        Optional.empty(),
                        new float[] {3, 4, 5, 0, -2, 1},
                        Map.of("k", "v"));

        VectorTable cut = table.cut(2);

        assertThat(cut.row(0)).containsExactly(0.6f, 0.8f);
        assertThat(cut.row(1)).containsExactly(0, -1);
        assertThat(cut.provenance()).isEqualTo(table.provenance());
        assertThatThrownBy(() -> table.cut(4)).hasMessageContaining("choose from 1 to 3");
        assertThatThrownBy(() -> table.cut(1))
                .hasMessageContaining(
                        "Vector 1 has nothing but zeros in its first 1 numbers; keep");
    }

    @Test
    void partsThatDoNotFitAreRefused() {
        List<String> ids = List.of("a", "b");
        assertThatThrownBy(() -> VectorTable.of(ids, Optional.empty(), new float[] {1}, Map.of()))
                .hasMessage(
                        "1 numbers are no vectors of one width for 2 ids; give as many for each");
        assertThatThrownBy(
                        () ->
                                VectorTable.of(
                                        List.of(), Optional.empty(), new float[] {1}, Map.of()))
                .hasMessageContaining("for 0 ids");
        assertThatThrownBy(
                        () ->
                                VectorTable.of(
                                        ids,
                                        Optional.of(List.of("t")),
                                        new float[] {1, 2},
                                        Map.of()))
                .hasMessage("There are 1 texts for 2 ids; give one for each, or none");
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("vectors.json"), text);
    }
}
