// What node-routeros makes of a router, many commands at once, each with a tag of its own.
//
// Run as: node with_node_routeros.js HOST PORT. Writes the rows of wanted.json that are not there,
// reads them back, streams changes, and prints how many it wrote. It counts before it prints: a reply
// without rows breaks this client from RouterOS 7.18 on, on real routers too (it knows no !empty).

const { RouterOSAPI } = require('node-routeros');
const wanted = require('./wanted.json');

const [host, port] = process.argv.slice(2);
const words = (row) => Object.entries(row).map(([name, text]) => `=${name}=${text}`);

function must(good, complaint) {
    if (!good) throw new Error(complaint);
}

async function place(router, each) {
    const query = `?${each.key}=${{ ...each.row, ...each.printed }[each.key]}`;
    const counted = await router.write(`${each.path}/print`, ['=count-only=', query]);
    const missing = counted[0].ret === '0';
    if (missing) {
        const added = await router.write(`${each.path}/add`, words(each.row));
        must(/^\*[0-9A-F]+$/.test(added[0].ret), `no id: ${JSON.stringify(added)}`);
    }
    const [row, ...more] = await router.write(`${each.path}/print`, [query]);
    must(more.length === 0, `${each.path} has it twice`);
    for (const [name, text] of Object.entries(each.printed)) {
        must(row[name] === text, `${each.path} ${name} is ${row[name]}, not ${text}`);
    }
    return missing ? 1 : 0;
}

async function refused(router) {
    try {
        await router.write('/ppp/secret/add', ['=name=dora']);
    } catch (error) {
        must(/already exists/.test(error.message), error.message);
        return;
    }
    throw new Error('a second secret of one name was taken');
}

async function heard(router) {
    const rows = new Promise((resolve, reject) => {
        const stream = router.stream('/ppp/secret/listen', (error, row) => {
            if (error) reject(error);
            else stream.close().then(() => resolve(row), reject);
        });
    });
    await router.write('/ppp/secret/set', ['=.id=dora', '=comment=casa']);
    must((await rows).comment === 'casa', 'listen did not tell of the change');
}

async function main() {
    const router = new RouterOSAPI({ host, port, user: 'ispconf', password: 'example' });
    await router.connect();
    let wrote = 0;
    for (const each of wanted) wrote += await place(router, each);
    const prints = wanted.map((each) => router.write(`${each.path}/print`));
    must((await Promise.all(prints)).every((rows) => rows.length > 0), 'prints side by side');
    await refused(router);
    await heard(router);
    await router.close();
    console.log(wrote);
}

main().catch((error) => {
    console.error(error);
    process.exit(1);
});
