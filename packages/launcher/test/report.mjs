// Says what it was given. For lanes where programs are files.
process.stdout.write(JSON.stringify({ argv: process.argv.slice(2), cwd: process.cwd(), env: process.env }))
